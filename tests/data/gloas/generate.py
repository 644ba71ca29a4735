"""Makes light-client test vectors for the fork Gloas with the executable specification.

Input: nothing but the PyPI package `eth-consensus-specs` at the version that requirements.txt
names. It holds the executable specification, the specification's own test functions and the
helpers of those. Every verdict in the output is one that the specification gave: a refused
object is one at which a function of the specification raised.

Output: the JSON files in this directory, which README.md describes. The same bytes come out
every time. Signatures are real ones, by the private keys of the test helpers. The preset is
`minimal`.

    python3.12 -m venv /tmp/gloas
    /tmp/gloas/bin/pip install -r tests/data/gloas/requirements.txt
    /tmp/gloas/bin/python tests/data/gloas/generate.py
"""

import json
import sys
from copy import deepcopy
from hashlib import sha256
from pathlib import Path

from eth_consensus_specs.test.helpers import churn

# One helper module of the release names another by its path in the source tree, which the
# package does not have.
sys.modules["tests.core.pyspec.eth_consensus_specs.test.helpers.churn"] = churn

from eth_consensus_specs.test import context  # noqa: E402

# The test functions yield their data only if this is set before they are defined.
context.is_generator = True

from eth_consensus_specs.debug.encode import encode  # noqa: E402
from eth_consensus_specs.test.altair.light_client import (  # noqa: E402
    test_sync as altair_sync,
    test_update_ranking as altair_ranking,
)
from eth_consensus_specs.test.capella.light_client import test_sync as capella_sync  # noqa: E402
from eth_consensus_specs.test.deneb.light_client import test_sync as deneb_sync  # noqa: E402
from eth_consensus_specs.test.fulu.light_client import test_sync as fulu_sync  # noqa: E402
from eth_consensus_specs.test.helpers.attestations import (  # noqa: E402
    state_transition_with_full_block,
)
from eth_consensus_specs.test.helpers.block import build_empty_block_for_next_slot  # noqa: E402
from eth_consensus_specs.test.helpers.fork_transition import do_fork  # noqa: E402
from eth_consensus_specs.test.helpers.forks import get_next_fork_transition  # noqa: E402
from eth_consensus_specs.test.helpers.genesis import create_genesis_state  # noqa: E402
from eth_consensus_specs.test.helpers.keys import pubkey_to_privkey  # noqa: E402
from eth_consensus_specs.test.helpers.light_client import sample_blob_schedule  # noqa: E402
from eth_consensus_specs.test.helpers.specs import spec_targets  # noqa: E402
from eth_consensus_specs.test.helpers.state import transition_to  # noqa: E402
from eth_consensus_specs.utils import bls  # noqa: E402
from ssz.exceptions import SSZValueError  # noqa: E402

HERE = Path(__file__).resolve().parent
SPECS = spec_targets["minimal"]
FORKS = ["altair", "bellatrix", "capella", "deneb", "electra", "fulu", "gloas"]
# Forks that change a light-client container. Fulu uses Electra's.
UPGRADES = ["capella", "deneb", "electra", "gloas"]
# The far future, as the specification writes it.
NEVER = 2**64 - 1

TYPES = {
    "bootstrap": "LightClientBootstrap",
    "update": "LightClientUpdate",
    "finality_update": "LightClientFinalityUpdate",
    "optimistic_update": "LightClientOptimisticUpdate",
}


# --- Output ---------------------------------------------------------------------------------


def hexed(data):
    return "0x" + bytes(data).hex()


def write(case, content):
    text = json.dumps({"case": case, **content}, indent=1)
    (HERE / f"{case}.json").write_text(text + "\n")


def config_json(config):
    """The values of a configuration, and of the preset, that a light client needs.

    An epoch is a string, as the far future does not fit a double.
    """
    spec = SPECS["gloas"]
    out = {
        "PRESET_BASE": str(config["PRESET_BASE"]),
        "SLOT_DURATION_MS": int(config["SLOT_DURATION_MS"]),
        "GENESIS_FORK_VERSION": hexed(config["GENESIS_FORK_VERSION"]),
    }
    for fork in FORKS:
        name = fork.upper()
        out[f"{name}_FORK_VERSION"] = hexed(config[f"{name}_FORK_VERSION"])
        out[f"{name}_FORK_EPOCH"] = str(int(config[f"{name}_FORK_EPOCH"]))
    for name in ("SLOTS_PER_EPOCH", "EPOCHS_PER_SYNC_COMMITTEE_PERIOD", "SYNC_COMMITTEE_SIZE"):
        out[name] = int(getattr(spec, name))
    return out


def api_json(value):
    """The form of the Beacon API, which writes every integer as a string."""

    def strings(part):
        if isinstance(part, dict):
            return {key: strings(each) for key, each in part.items()}
        if isinstance(part, list):
            return [strings(each) for each in part]
        return str(part) if isinstance(part, int) and not isinstance(part, bool) else part

    return strings(encode(value))


def object_json(fork, value, with_json=False):
    out = {"fork": fork, "ssz": hexed(value.encode_bytes())}
    if with_json:
        out["json"] = {"version": fork, "data": api_json(value)}
    return out


def checks(spec, store):
    return {
        name: {
            "slot": int(header.beacon.slot),
            "beacon_root": hexed(header.beacon.hash_tree_root()),
            "execution_root": hexed(
                spec.get_lc_execution_root(header)
                if hasattr(spec, "get_lc_execution_root")
                else bytes(32)
            ),
        }
        for name, header in (
            ("finalized_header", store.finalized_header),
            ("optimistic_header", store.optimistic_header),
        )
    }


# --- Forks ----------------------------------------------------------------------------------


def with_config(config):
    """The specifications of all forks, under one configuration."""
    return {
        fork: context.spec_with_config_overrides(context.get_copy_of_spec(SPECS[fork]), config)[0]
        for fork in FORKS
    }


def fork_at_epoch(config, epoch):
    # Forks may share an epoch; the last of them is the one that counts.
    return [fork for fork in FORKS if epoch >= config[f"{fork.upper()}_FORK_EPOCH"]][-1]


def upgraded(phases, kind, data, old, new):
    """`data`, of the kind `kind`, in the form that fork `new` has for it."""
    for fork in UPGRADES:
        if FORKS.index(old) < FORKS.index(fork) <= FORKS.index(new):
            data = getattr(phases[fork], f"upgrade_lc_{kind}_to_{fork}")(data)
    return data


def copied(value):
    # By way of the bytes, so that no part is shared with the original.
    return type(value).decode_bytes(value.encode_bytes())


def but(value, spoil):
    """A copy of `value` that `spoil` has changed."""
    copy = copied(value)
    spoil(copy)
    assert copy.encode_bytes() != value.encode_bytes()
    return copy


def set_field(path, new):
    """A `spoil` for `but`: sets the field at `path`, to what `new` makes of the field's value."""

    def spoil(value):
        *parents, last = path.split(".")
        for name in parents:
            value = getattr(value, name)
        setattr(value, last, new(getattr(value, last)))

    return spoil


def flipped(data):
    """Bytes with their last bit changed."""
    return type(data)(bytes(data[:-1]) + bytes([data[-1] ^ 1]))


def with_node(index, node):
    """Sets one node of a branch, to what `node` makes of its value."""

    def change(branch):
        nodes = list(branch)
        nodes[index] = node(nodes[index])
        return type(branch)(data=nodes)

    return change


def with_bit(index, bit):
    def change(bits):
        new = [bool(each) for each in bits]
        assert new[index] != bit
        new[index] = bit
        return type(bits)(data=new)

    return change


# --- The specification's own test functions -------------------------------------------------


def run_official(function, phase):
    """What one of the specification's test functions yields, by kind."""
    parts = {"meta": {}, "cfg": {}, "ssz": {}, "data": {}}
    for name, kind, value in function(phase=phase)[phase]:
        parts[kind][name] = value
    return parts


def official_sync(case, function, phase, with_json=False):
    parts = run_official(function, phase)
    meta, ssz, config = parts["meta"], parts["ssz"], parts["cfg"]["config"]
    root = meta["genesis_validators_root"]
    phases = with_config(config)

    # The vectors of the specification name a fork by its digest. A digest depends on the epoch
    # from Fulu on, so this tries those that the tests reach.
    digests = {
        hexed(
            phases["gloas"].compute_fork_digest(
                SPECS["gloas"].Root(bytes.fromhex(root[2:])), SPECS["gloas"].Epoch(epoch)
            )
        ): fork_at_epoch(config, epoch)
        for epoch in range(64)
    }
    versions = {hexed(config[f"{fork.upper()}_FORK_VERSION"]): fork for fork in FORKS}

    def object_of(kind, fork, data):
        value = getattr(phases[fork], TYPES[kind]).decode_bytes(data)
        return object_json(fork, value, with_json)

    steps = []
    for step in parts["data"]["steps"]:
        ((name, content),) = step.items()
        if name == "process_update":
            fork = digests[content["update_fork_digest"]]
            steps.append(
                {
                    name: object_of("update", fork, ssz[content["update"]]),
                    "current_slot": content["current_slot"],
                    "checks": content["checks"],
                }
            )
        elif name == "force_update":
            steps.append(
                {
                    name: {},
                    "current_slot": content["current_slot"],
                    "checks": content["checks"],
                }
            )
        else:
            assert name == "upgrade_store"
            steps.append(
                {
                    name: {"fork": versions[content["store_fork_version"]]},
                    "checks": content["checks"],
                }
            )

    write(
        case,
        {
            "config": config_json(config),
            "genesis_validators_root": root,
            "trusted_block_root": meta["trusted_block_root"],
            "store_fork": versions[meta["store_fork_version"]],
            "bootstrap": object_of(
                "bootstrap", digests[meta["bootstrap_fork_digest"]], ssz["bootstrap"]
            ),
            "steps": steps,
        },
    )


def official_ranking(case):
    parts = run_official(altair_ranking.test_update_ranking, "gloas")
    # The function runs under the default configuration, which does not schedule Gloas, and emits
    # none. The ranking knows no fork, so the file names the configuration that fits its headers.
    config = config_with({})._asdict()
    count = parts["meta"]["updates_count"]
    updates = [hexed(parts["ssz"][f"updates_{index}"]) for index in range(count)]
    write(case, {"config": config_json(config), "fork": "gloas", "updates": updates})


# --- Chains and clients of our own ----------------------------------------------------------


def config_with(epochs):
    """A configuration with the forks at `epochs`, the others at genesis."""
    overrides = {f"{fork.upper()}_FORK_EPOCH": epochs.get(fork, 0) for fork in FORKS}
    overrides["BLOB_SCHEDULE"] = sample_blob_schedule()
    return with_config(overrides)["gloas"].config


class Chain:
    """A chain across forks that keeps its blocks, states and forks by slot.

    Every block holds all attestations, up to the slot `attest_until`, so that an epoch is
    finalized two epochs after it began. After that slot finality stands still.
    """

    def __init__(self, first, epochs, attest_until=NEVER):
        self.config = config_with(epochs)._asdict()
        self.phases = with_config(self.config)
        self.top = self.phases["gloas"]
        self.fork = first
        self.attest_until = attest_until
        spec = self.phases[first]
        self.state = create_genesis_state(
            spec=spec,
            validator_balances=context.default_balances(spec),
            activation_threshold=context.default_activation_threshold(spec),
            builder_count=8,
        )
        self.root = self.state.genesis_validators_root
        self.blocks, self.states, self.forks = {}, {}, {}
        self.slot_of_root = {}

    def run(self, to_slot):
        """Makes a block in each slot up to `to_slot`."""
        while self.state.slot < to_slot:
            spec, slot = self.phases[self.fork], self.state.slot + 1
            after, epoch = get_next_fork_transition(
                spec, spec.get_current_epoch(self.state), self.phases
            )
            if epoch is not None and slot == spec.compute_start_slot_at_epoch(epoch):
                self.state, block = do_fork(self.state, spec, after, epoch)
                self.fork = after.fork
            else:
                attest = slot <= self.attest_until
                block = state_transition_with_full_block(
                    spec, self.state, attest, attest, block=self.next_block()
                )
            slot = int(slot)
            self.blocks[slot] = block
            self.states[slot] = self.state.copy()
            self.forks[slot] = self.fork
            self.slot_of_root[bytes(block.message.hash_tree_root())] = slot

    def next_block(self):
        """The block to fill with attestations: in Gloas one with a bid for a payload of its own.

        The test helpers leave the hash in a bid empty, so that all blocks of a chain would name
        the same execution block. Here a block builds on the payload of the block before, except
        that the payload of every fourth slot does not come.
        """
        spec = self.phases[self.fork]
        block = build_empty_block_for_next_slot(spec, self.state)
        if self.fork == "gloas":
            bid = block.body.signed_execution_payload_bid.message
            parent = self.state.latest_execution_payload_bid
            if parent.block_hash != spec.Hash32() and parent.slot % 4 != 2:
                bid.parent_block_hash = parent.block_hash
            label = f"payload of slot {int(block.slot)}"
            bid.block_hash = spec.Hash32(sha256(label.encode()).digest())
        return block

    def skip(self, to_slot):
        """Goes to `to_slot` without blocks."""
        transition_to(self.phases[self.fork], self.state, to_slot)

    def header(self, slot, fork=None):
        """The light-client header of a block, in the form of its own fork or of `fork`."""
        own = self.forks[slot]
        header = self.phases[own].block_to_light_client_header(self.blocks[slot])
        return upgraded(self.phases, "header", header, own, fork or own)

    def bootstrap(self, slot):
        spec = self.phases[self.forks[slot]]
        return spec.create_light_client_bootstrap(self.states[slot], self.blocks[slot])

    def version(self, signature_slot):
        """The fork version that a sync committee signs with."""
        epoch = self.top.compute_epoch_at_slot(self.top.Slot(signature_slot - 1))
        return self.top.compute_fork_version(epoch)

    def sign(self, update, slot, signers=None, version=None, root=None, period_of=None):
        """Signs for the attested header of `update`, whose block is the one at `slot`.

        The signers are the first `signers` members of the committee of the signature slot, or
        of that of the slot `period_of`.
        """
        spec = self.top
        bits = type(update.sync_aggregate.sync_committee_bits)
        period = spec.compute_sync_committee_period_at_slot
        state = self.states[slot]
        committee = state.current_sync_committee
        of = update.signature_slot if period_of is None else spec.Slot(period_of)
        if period(of) != period(state.slot):
            committee = state.next_sync_committee
        count = int(spec.SYNC_COMMITTEE_SIZE) if signers is None else signers
        domain = spec.compute_domain(
            spec.DOMAIN_SYNC_COMMITTEE,
            version or self.version(update.signature_slot),
            root or self.root,
        )
        message = spec.compute_signing_root(update.attested_header.beacon, domain)
        keys = [pubkey_to_privkey[key] for key in list(committee.pubkeys)[:count]]
        signature = (
            bls.Aggregate([bls.Sign(key, message) for key in keys])
            if keys
            else spec.G2_POINT_AT_INFINITY
        )
        # Bits that are the first `count`, of a list as long as the committee.
        size = int(spec.SYNC_COMMITTEE_SIZE)
        update.sync_aggregate.sync_committee_bits = bits(
            data=[index < count for index in range(size)]
        )
        update.sync_aggregate.sync_committee_signature = spec.BLSSignature(signature)

    def update(
        self,
        slot,
        finality=True,
        committee=True,
        signature_slot=None,
        signers=None,
        version=None,
        root=None,
        period_of=None,
        forge=None,
        finalized=None,
    ):
        """The update whose attested block is the one at `slot`, in the form of that block's fork.

        `forge` changes the attested state first: the header then commits to the changed state,
        and its body, proofs and signature fit. `finalized` is the slot of the finalized header,
        by default that of the checkpoint in the attested state.
        """
        fork = self.forks[slot]
        spec, state = self.phases[fork], self.states[slot]
        update = spec.LightClientUpdate.empty()
        update.attested_header = self.header(slot)
        if forge is not None:
            state = state.copy()
            forge(state)
            update.attested_header.beacon.state_root = state.hash_tree_root()
        at = state.slot
        if committee:
            update.next_sync_committee = state.next_sync_committee
            update.next_sync_committee_branch = spec.NextSyncCommitteeBranch(
                data=spec.compute_merkle_proof(state, spec.next_sync_committee_gindex_at_slot(at))
            )
        if finality:
            root_of_finalized = bytes(state.finalized_checkpoint.root)
            if finalized is None and root_of_finalized != bytes(32):
                finalized = self.slot_of_root[root_of_finalized]
            if finalized is not None:
                update.finalized_header = self.header(finalized, fork)
            update.finality_branch = spec.FinalityBranch(
                data=spec.compute_merkle_proof(state, spec.finalized_root_gindex_at_slot(at))
            )
        update.signature_slot = spec.Slot(slot + 1 if signature_slot is None else signature_slot)
        update = copied(update)
        self.sign(update, slot, signers, version, root, period_of)
        return update

    def finality_update(self, slot, **kw):
        spec = self.phases[self.forks[slot]]
        return copied(
            spec.create_light_client_finality_update(self.update(slot, committee=False, **kw))
        )

    def optimistic_update(self, slot, **kw):
        spec = self.phases[self.forks[slot]]
        return copied(
            spec.create_light_client_optimistic_update(
                self.update(slot, finality=False, committee=False, **kw)
            )
        )


class Client:
    """A store of the specification, and the record of what was done to it."""

    def __init__(self, chain, slot, store_fork, with_json=False):
        self.chain, self.fork, self.with_json = chain, store_fork, with_json
        own = chain.forks[slot]
        bootstrap = chain.bootstrap(slot)
        trusted = chain.blocks[slot].message.hash_tree_root()
        self.start = {
            "config": config_json(chain.config),
            "genesis_validators_root": hexed(chain.root),
            "trusted_block_root": hexed(trusted),
            # The fork of the store's form, as the specification's vectors have it.
            "store_fork": "electra" if store_fork == "fulu" else store_fork,
            "bootstrap": object_json(own, bootstrap, with_json),
        }
        self.store = self.spec.initialize_light_client_store(
            trusted, upgraded(chain.phases, "bootstrap", copied(bootstrap), own, store_fork)
        )
        self.steps = []

    @property
    def spec(self):
        return self.chain.phases[self.fork]

    def process(self, data, refused=None, fork=None, current_slot=None):
        """Gives `data` to the store, which must take it, or refuse it if `refused` says why."""
        kind = next(kind for kind, name in TYPES.items() if type(data).__name__ == name)
        if fork is None:
            fork = self.chain.forks[int(data.attested_header.beacon.slot)]
        now = int(data.signature_slot) if current_slot is None else current_slot
        step = {f"process_{kind}": object_json(fork, data, self.with_json and not refused)}
        step["current_slot"] = now
        before = deepcopy(self.store)
        given = upgraded(self.chain.phases, kind, copied(data), fork, self.fork)
        try:
            getattr(self.spec, f"process_light_client_{kind}")(
                self.store, given, self.spec.Slot(now), self.chain.root
            )
            taken = True
        except AssertionError:
            taken = False
        assert taken == (refused is None), refused or f"{kind} refused"
        if refused:
            assert self.store == before
            step["refused"] = refused
        step["checks"] = checks(self.spec, self.store)
        self.steps.append(step)

    def force(self, current_slot):
        self.spec.process_light_client_store_force_update(
            self.store, self.spec.Slot(current_slot)
        )
        self.steps.append(
            {
                "force_update": {},
                "current_slot": current_slot,
                "checks": checks(self.spec, self.store),
            }
        )

    def upgrade(self, fork):
        self.store = upgraded(self.chain.phases, "store", self.store, self.fork, fork)
        self.fork = fork
        self.steps.append(
            {"upgrade_store": {"fork": fork}, "checks": checks(self.spec, self.store)}
        )

    def finish(self, case):
        write(case, {**self.start, "steps": self.steps})

    def at(self):
        """The slots of the finalized and the optimistic header."""
        return (
            int(self.store.finalized_header.beacon.slot),
            int(self.store.optimistic_header.beacon.slot),
        )


# --- Cases of our own -----------------------------------------------------------------------


def shifted(branch):
    """A branch whose zero nodes stand at its end and not at its start."""
    nodes = [bytes(node) for node in branch]
    count = next(index for index, node in enumerate(nodes) if node != bytes(32))
    assert count > 0
    return type(branch)(data=list(branch)[count:] + list(branch)[:count])


def one(node):
    return type(node)(bytes([1]) + bytes(31))


def fulu_to_gloas(chain):
    """Finality across the fork to Gloas, which the specification's tests do not reach.

    Slot 104 is the first one of Gloas.
    """
    spec, config = chain.top, chain.top.config
    client = Client(chain, 72, "fulu", with_json=True)
    client.process(chain.optimistic_update(73))
    client.process(chain.update(97))
    assert client.at() == (80, 97)
    client.upgrade("gloas")

    # The committee signs with the version of the slot before the signature slot. So the first
    # slot of Gloas still has Fulu's, whatever the fork of the block that holds the signature.
    client.process(chain.finality_update(103))
    client.process(
        chain.finality_update(103, version=config.GLOAS_FORK_VERSION),
        "signed with the version of Gloas for the first slot of Gloas",
    )
    # With no block in slot 104 the attested header is Fulu's and the version that of Gloas.
    client.process(chain.finality_update(103, signature_slot=105))
    client.process(
        chain.finality_update(103, signature_slot=105, version=config.FULU_FORK_VERSION),
        "signed with the version of Fulu for the second slot of Gloas",
    )
    assert client.at() == (80, 103)

    # Attested in Gloas, finalized in Fulu.
    crossing = chain.update(105)
    finality = chain.finality_update(105)
    branch = "finalized_header.execution_branch"
    for name, spoil in {
        "first zero node of the finalized header's execution branch set": set_field(
            branch, with_node(0, one)
        ),
        "second zero node of the finalized header's execution branch set": set_field(
            branch, with_node(1, one)
        ),
        "zero nodes of the finalized header's execution branch put at its end": set_field(
            branch, shifted
        ),
        "third node, the first that counts, of the finalized header's execution branch zero": (
            set_field(branch, with_node(2, lambda node: type(node)()))
        ),
        "finalized header's execution block hash changed": set_field(
            "finalized_header.execution_block_hash", flipped
        ),
        "finalized header's execution block hash and branch empty": lambda value: (
            set_field("finalized_header.execution_block_hash", lambda old: type(old)())(value),
            set_field(branch, lambda old: type(old)())(value),
        ),
        "finalized header's execution branch is the attested header's": set_field(
            branch, lambda _: finality.attested_header.execution_branch
        ),
        "attested header's execution branch is the finalized header's": set_field(
            "attested_header.execution_branch",
            lambda _: finality.finalized_header.execution_branch,
        ),
    }.items():
        client.process(but(finality, spoil), name)
    client.process(
        chain.finality_update(105, version=config.FULU_FORK_VERSION),
        "signed with the version of Fulu in Gloas",
    )
    client.process(crossing)
    assert client.at() == (88, 105)

    # The finalized header is the last one of Fulu's epochs, then the first block of Gloas.
    client.process(chain.finality_update(113))
    assert client.at() == (96, 113)
    client.process(chain.optimistic_update(114))
    client.process(chain.finality_update(121))
    assert client.at() == (104, 121)
    # The next period, whose committee was proven in Fulu. The committee is the one of the
    # signature slot's period, whatever that of the attested slot.
    boundary = chain.optimistic_update(127)
    client.process(
        chain.optimistic_update(127, period_of=127),
        "signed in the first slot of the next period by the committee of the period before",
    )
    client.process(boundary)
    client.process(chain.update(130))
    client.process(chain.update(145))
    assert client.at() == (128, 145)
    client.finish("fork_fulu_gloas_finality")


def capella_to_gloas(chain):
    """A store in the form of Gloas from the start, and data of every fork since Capella."""
    client = Client(chain, 8, "gloas")
    client.process(chain.optimistic_update(9))
    client.process(chain.update(31))
    # Attested in Deneb, Electra, Fulu and Gloas, and finalized in the first slot of an epoch
    # two epochs before.
    for slot in (33, 41, 49, 57):
        client.process(chain.finality_update(slot))
        assert client.at() == (slot - 17, slot)
    client.finish("fork_capella_gloas_finality")


def stalled(case, chain, first_gloas, with_json=False):
    """Attested in Gloas, finalized forks before: finality has stood still since."""
    client = Client(chain, 8, "gloas", with_json)
    update = chain.update(first_gloas + 1)
    finality = chain.finality_update(first_gloas + 1)
    finalized_slot = int(finality.finalized_header.beacon.slot)
    assert chain.forks[finalized_slot] == chain.forks[8]
    # How many leading nodes do not count: the depth in Gloas less that in the header's fork.
    pad = 3 if chain.forks[finalized_slot] == "capella" else 2
    branch = "finalized_header.execution_branch"
    for index in range(pad):
        client.process(
            but(finality, set_field(branch, with_node(index, one))),
            f"zero node {index} of the finalized header's execution branch set",
        )
    client.process(
        but(finality, set_field(branch, with_node(pad, flipped))),
        f"node {pad}, the first that counts, of the finalized header's execution branch changed",
    )
    client.process(
        but(finality, set_field(branch, shifted)),
        "zero nodes of the finalized header's execution branch put at its end",
    )
    client.process(
        but(finality, set_field("finalized_header.execution_block_hash", flipped)),
        "finalized header's execution block hash changed",
    )
    client.process(finality)
    client.process(update)
    assert client.at() == (16, first_gloas + 1)
    client.finish(case)


def finality_and_optimistic(chain):
    """The two containers that are sent every slot, all in Gloas."""
    spec = chain.top
    size = int(spec.SYNC_COMMITTEE_SIZE)
    enough = -(-size * 2 // 3)
    client = Client(chain, 72, "gloas")
    # The highest number of signers seen so far counts only from the first update on.
    client.process(chain.optimistic_update(73, signers=1))
    assert client.at() == (72, 73)
    # No finality yet: the finalized header is empty and its root in the state is zero.
    client.process(chain.finality_update(77))
    assert client.at() == (72, 77)
    # Finality without a next committee.
    client.process(chain.finality_update(97))
    assert client.at() == (80, 97)
    client.process(chain.update(105))
    assert client.at() == (88, 105)
    # One signer too few to finalize, then just enough.
    client.process(chain.finality_update(113, signers=enough - 1))
    assert client.at() == (88, 113)
    client.process(chain.finality_update(114, signers=enough))
    assert client.at() == (96, 114)
    # The optimistic header moves if more than half as many signed as ever before.
    client.process(chain.optimistic_update(115, signers=size // 2))
    assert client.at() == (96, 114)
    client.process(chain.optimistic_update(115, signers=size // 2 + 1))
    assert client.at() == (96, 115)

    # What is refused in a finality update is in `refused`.
    client.process(chain.finality_update(121))
    assert client.at() == (104, 121)

    good = chain.optimistic_update(123)
    for name, bad in {
        "a signer's bit cleared": but(
            good, set_field("sync_aggregate.sync_committee_bits", with_bit(31, False))
        ),
        "signed with the version of Fulu": chain.optimistic_update(
            123, version=spec.config.FULU_FORK_VERSION
        ),
        "execution block hash changed": but(
            good, set_field("attested_header.execution_block_hash", flipped)
        ),
        "beacon header changed": but(good, set_field("attested_header.beacon.state_root", flipped)),
        "no signer": chain.optimistic_update(123, signers=0),
    }.items():
        client.process(bad, name)
    client.process(
        good, "signature slot one slot in the future", current_slot=int(good.signature_slot) - 1
    )
    client.process(good)
    assert client.at() == (104, 123)
    client.finish("finality_and_optimistic")


def refused(chain):
    """One thing spoiled in each update, all in Gloas. The unspoiled ones are taken."""
    spec = chain.top
    client = Client(chain, 72, "gloas")

    # The next committee is not known yet.
    client.process(
        chain.finality_update(129),
        "signed in the next period, whose committee is not known",
    )
    client.process(
        chain.optimistic_update(127, signature_slot=128),
        "signed in the first slot of the next period, whose committee is not known",
    )
    client.process(chain.optimistic_update(72), "attested header no newer than the finalized one")

    good = chain.update(105)
    current = chain.states[105].current_sync_committee
    proof = spec.compute_merkle_proof(chain.states[105], spec.CURRENT_SYNC_COMMITTEE_GINDEX_GLOAS)

    def current_for_next(value):
        value.next_sync_committee = current
        value.next_sync_committee_branch = type(value.next_sync_committee_branch)(data=proof)

    for name, spoil in {
        "next committee has two members exchanged": set_field(
            "next_sync_committee.pubkeys",
            lambda keys: type(keys)(data=swapped(list(keys))),
        ),
        "next committee's aggregate key is another": set_field(
            "next_sync_committee.aggregate_pubkey", lambda _: list(current.pubkeys)[0]
        ),
        "next committee's branch changed in the first node": set_field(
            "next_sync_committee_branch", with_node(0, flipped)
        ),
        "next committee's branch changed in the last node": set_field(
            "next_sync_committee_branch", with_node(-1, flipped)
        ),
        "next committee and its branch are the current committee's": current_for_next,
        "next committee without a branch": set_field(
            "next_sync_committee_branch", lambda old: type(old)()
        ),
        "next committee's branch without a committee": set_field(
            "next_sync_committee", lambda old: type(old).empty()
        ),
    }.items():
        client.process(but(good, spoil), name)
    client.process(good)
    assert client.at() == (88, 105)

    # The next committee is known.
    def exchange_next(state):
        committee = copied(state.next_sync_committee)
        committee.pubkeys = type(committee.pubkeys)(data=swapped(list(committee.pubkeys)))
        state.next_sync_committee = committee

    client.process(
        chain.update(114, forge=exchange_next),
        "next committee is proven and signed, but is not the one known for that period",
    )
    client.process(chain.optimistic_update(88), "attested header is the finalized one")
    client.process(chain.optimistic_update(84), "attested header older than the finalized one")

    good = chain.finality_update(121)
    others = chain.finality_update(122)
    branch = "attested_header.execution_branch"
    bits = "sync_aggregate.sync_committee_bits"
    signature = "sync_aggregate.sync_committee_signature"
    partial = chain.finality_update(121, signers=30)

    # The hash of the block that the bid offers, with its own proof, in place of its parent's.
    bid = chain.blocks[121].message.body.signed_execution_payload_bid.message
    neighbour = spec.get_generalized_index(
        spec.BeaconBlockBody, "signed_execution_payload_bid", "message", "block_hash"
    )
    assert bid.block_hash != bid.parent_block_hash

    def block_hash_of_bid(value):
        value.attested_header.execution_block_hash = bid.block_hash
        value.attested_header.execution_branch = type(value.attested_header.execution_branch)(
            data=padded(
                spec.compute_merkle_proof(chain.blocks[121].message.body, neighbour), 11
            )
        )

    for name, bad in {
        "a signer's bit cleared": but(good, set_field(bits, with_bit(0, False))),
        "a bit set for a member that did not sign": but(
            partial, set_field(bits, with_bit(30, True))
        ),
        "no signer": chain.finality_update(121, signers=0),
        "signature of another block": but(
            good, set_field(signature, lambda _: others.sync_aggregate.sync_committee_signature)
        ),
        "signature is the point at infinity": but(
            good, set_field(signature, lambda _: spec.G2_POINT_AT_INFINITY)
        ),
        "signature is no point": but(good, set_field(signature, lambda old: type(old)())),
        "signed with the version of Fulu": chain.finality_update(
            121, version=spec.config.FULU_FORK_VERSION
        ),
        "signed for another genesis": chain.finality_update(
            121, root=flipped(chain.root)
        ),
        "signature slot is the attested slot": chain.finality_update(121, signature_slot=121),
        "signature slot in the period after, whose committee is another": but(
            good, set_field("signature_slot", lambda old: type(old)(128))
        ),
        "attested beacon slot changed": but(
            good, set_field("attested_header.beacon.slot", lambda old: type(old)(120))
        ),
        "attested proposer changed": but(
            good, set_field("attested_header.beacon.proposer_index", lambda old: type(old)(old + 1))
        ),
        "attested state root changed": but(
            good, set_field("attested_header.beacon.state_root", flipped)
        ),
        "attested body root changed": but(
            good, set_field("attested_header.beacon.body_root", flipped)
        ),
        "attested execution block hash changed": but(
            good, set_field("attested_header.execution_block_hash", flipped)
        ),
        "attested execution branch changed in the first node": but(
            good, set_field(branch, with_node(0, flipped))
        ),
        "attested execution branch changed in the last node": but(
            good, set_field(branch, with_node(-1, flipped))
        ),
        "attested execution branch of another block": but(
            good, set_field(branch, lambda _: others.attested_header.execution_branch)
        ),
        "attested execution branch and hash empty": but(
            good,
            lambda value: (
                set_field(branch, lambda old: type(old)())(value),
                set_field("attested_header.execution_block_hash", lambda old: type(old)())(value),
            ),
        ),
        "the bid's block hash, with its own branch, in place of its parent's": but(
            good, block_hash_of_bid
        ),
        "finality branch of another block": but(
            good, set_field("finality_branch", lambda _: others.finality_branch)
        ),
        "finality branch changed in the first node": but(
            good, set_field("finality_branch", with_node(0, flipped))
        ),
        "finality branch changed in the last node": but(
            good, set_field("finality_branch", with_node(-1, flipped))
        ),
        "finality branch empty": but(
            good, set_field("finality_branch", lambda old: type(old)())
        ),
        "finalized header empty": but(
            good, set_field("finalized_header", lambda old: type(old).empty())
        ),
        "finalized header is the checkpoint before": but(
            good, set_field("finalized_header", lambda _: chain.header(96))
        ),
        "finalized state root changed": but(
            good, set_field("finalized_header.beacon.state_root", flipped)
        ),
        "finalized execution block hash changed": but(
            good, set_field("finalized_header.execution_block_hash", flipped)
        ),
        "finalized execution branch changed": but(
            good, set_field("finalized_header.execution_branch", with_node(5, flipped))
        ),
        "finalized header newer than the attested one": chain.finality_update(
            121,
            forge=lambda state: set_field(
                "finalized_checkpoint.root", lambda _: chain.blocks[122].message.hash_tree_root()
            )(state),
            finalized=122,
        ),
    }.items():
        client.process(bad, name)
    client.process(
        good, "signature slot one slot in the future", current_slot=int(good.signature_slot) - 1
    )
    client.process(partial)
    client.process(good)
    assert client.at() == (104, 121)

    # An empty finalized header stands for genesis only: where the state holds no finality.
    early = chain.finality_update(124, forge=no_finality)
    client.process(
        but(early, set_field("finalized_header.execution_block_hash", flipped)),
        "finalized header of slot zero has an execution block hash",
    )
    client.process(
        but(early, set_field("finalized_header.beacon.proposer_index", lambda old: type(old)(1))),
        "finalized header of slot zero has a proposer",
    )
    client.process(early)

    # Two periods on.
    client.process(
        chain.optimistic_update(193), "signed two periods after the finalized header"
    )
    client.finish("refused")


def no_finality(state):
    state.finalized_checkpoint = type(state.finalized_checkpoint).empty()


def swapped(keys):
    # Two members that are not the same validator.
    other = next(index for index, key in enumerate(keys) if key != keys[0])
    keys[0], keys[other] = keys[other], keys[0]
    return keys


def padded(branch, depth):
    """A branch with zero nodes before it, or without its first nodes, so that its length fits."""
    nodes = [bytes(node) for node in branch]
    nodes = [bytes(32)] * (depth - len(nodes)) + nodes
    return [SPECS["gloas"].Bytes32(node) for node in nodes[-depth:]]


def upgraded_containers(chain):
    """Data of forks before Gloas, in the containers of Gloas.

    Nobody sends these: a container is that of the attested slot. A client that keeps all data
    in one form meets them after it decoded and upgraded.
    """
    client = Client(chain, 8, "gloas")

    def in_gloas(kind, slot):
        return upgraded(
            chain.phases, kind, getattr(chain, kind)(slot), chain.forks[slot], "gloas"
        )

    def give(data, name=None):
        client.process(data, name, fork="gloas")

    good = in_gloas("update", 31)
    give(
        but(good, set_field("next_sync_committee_branch", with_node(0, one))),
        "capella: zero node of the next committee's branch set",
    )
    give(
        but(good, set_field("next_sync_committee_branch", with_node(5, one))),
        "capella: last zero node of the next committee's branch set",
    )
    give(
        but(good, set_field("attested_header.execution_branch", with_node(2, one))),
        "capella: last zero node of the attested header's execution branch set",
    )
    give(good)
    for slot in (33, 41, 49, 57):
        fork = chain.forks[slot]
        good = in_gloas("finality_update", slot)
        spec = chain.top
        if fork != "gloas":
            pad = 3 if fork == "deneb" else 2
            give(
                but(good, set_field("finality_branch", with_node(0, one))),
                f"{fork}: first zero node of the finality branch set",
            )
            give(
                but(good, set_field("finality_branch", with_node(pad - 1, one))),
                f"{fork}: last zero node of the finality branch set",
            )
            give(
                but(good, set_field("attested_header.execution_branch", with_node(0, one))),
                f"{fork}: first zero node of the attested header's execution branch set",
            )
            give(
                but(good, set_field("finality_branch", shifted)),
                f"{fork}: zero nodes of the finality branch put at its end",
            )
        else:
            for gindex in (spec.FINALIZED_ROOT_GINDEX_ELECTRA, spec.FINALIZED_ROOT_GINDEX):
                depth = int(spec.floorlog2(gindex))
                shorter = padded(list(good.finality_branch)[-depth:], 9)
                give(
                    but(
                        good,
                        set_field("finality_branch", lambda old: type(old)(data=shorter)),
                    ),
                    f"gloas: finality branch of depth {depth} behind zero nodes",
                )
        give(good)
    client.finish("upgraded_containers")


def headers(chain):
    """`is_valid_light_client_header`, in the form of Gloas, by the fork of the header's slot."""
    spec = chain.top
    zero = spec.Bytes32()
    out = []

    def judge(name, header):
        valid = bool(spec.is_valid_light_client_header(copied(header)))
        out.append(
            {
                "name": name,
                "ssz": hexed(header.encode_bytes()),
                "valid": valid,
                # Without meaning in a header that is not valid.
                "execution_root": hexed(spec.get_lc_execution_root(header)) if valid else None,
            }
        )
        return valid

    def branch_of(nodes):
        return lambda old: type(old)(data=nodes)

    for slot in (9, 33, 41, 49, 57):
        fork = chain.forks[slot]
        good = chain.header(slot, "gloas")
        nodes = list(good.execution_branch)
        depth = {"capella": 8, "gloas": 11}.get(fork, 9)
        pad = 11 - depth
        assert all(node == zero for node in nodes[:pad]) and nodes[pad] != zero
        path = "execution_branch"
        assert judge(f"{fork}: as it is", good)
        for index in range(pad):
            assert not judge(
                f"{fork}: zero node {index} set", but(good, set_field(path, with_node(index, one)))
            )
        for index in (pad, 10):
            assert not judge(
                f"{fork}: node {index} changed",
                but(good, set_field(path, with_node(index, flipped))),
            )
        assert not judge(
            f"{fork}: execution block hash changed",
            but(good, set_field("execution_block_hash", flipped)),
        )
        assert not judge(
            f"{fork}: body root changed", but(good, set_field("beacon.body_root", flipped))
        )
        if pad:
            assert not judge(
                f"{fork}: zero nodes at the end", but(good, set_field(path, shifted))
            )
        else:
            assert not judge(
                f"{fork}: first node zero, as if the branch were of depth 10",
                but(good, set_field(path, with_node(0, lambda _: zero))),
            )
            assert not judge(
                f"{fork}: first two nodes zero, as if the branch were of depth 9",
                but(good, set_field(path, branch_of([zero, zero, *nodes[2:]]))),
            )
        assert not judge(
            f"{fork}: hash and branch empty",
            but(
                good,
                lambda value: (
                    set_field(path, lambda old: type(old)())(value),
                    set_field("execution_block_hash", lambda old: type(old)())(value),
                ),
            ),
        )

    # The slot alone says which depth counts, not the number of zero nodes: a sound body proof is
    # worth nothing in a header with the slot of another fork.
    for slot, other in ((49, 57), (57, 49), (9, 41), (41, 9)):
        assert not judge(
            f"{chain.forks[slot]}: with the slot of {chain.forks[other]}",
            but(
                chain.header(slot, "gloas"),
                set_field("beacon.slot", lambda old: type(old)(other)),
            ),
        )
        assert not judge(
            f"{chain.forks[slot]}: with the hash and branch of {chain.forks[other]}",
            but(
                chain.header(slot, "gloas"),
                lambda value: (
                    set_field(
                        "execution_block_hash",
                        lambda _: chain.header(other, "gloas").execution_block_hash,
                    )(value),
                    set_field(
                        "execution_branch",
                        lambda _: chain.header(other, "gloas").execution_branch,
                    )(value),
                ),
            ),
        )
    write(
        "headers",
        {"config": config_json(chain.config), "fork": "gloas", "headers": out},
    )


def normalized_merkle_branch(chain):
    """`is_valid_normalized_merkle_branch` itself, with branches of any length."""
    spec = chain.top
    zero = spec.Bytes32()
    out = []

    def judge(name, leaf, branch, gindex, root, expected):
        try:
            valid = bool(
                spec.is_valid_normalized_merkle_branch(
                    leaf=leaf, branch=branch, gindex=gindex, root=root
                )
            )
        except SSZValueError:
            # A branch that is too short: the number of extra nodes is no Uint64.
            assert len(branch) < spec.floorlog2(gindex)
            valid = False
        assert valid == expected, name
        out.append(
            {
                "name": name,
                "leaf": hexed(leaf),
                "branch": [hexed(node) for node in branch],
                "gindex": int(gindex),
                "root": hexed(root),
                "valid": valid,
            }
        )

    def header(slot):
        head = chain.header(slot, "gloas")
        depth = {"capella": 8, "gloas": 11}.get(chain.forks[slot], 9)
        return (
            spec.Bytes32(head.execution_block_hash),
            list(head.execution_branch)[11 - depth :],
            head.beacon.body_root,
        )

    def in_state(slot, leaf, gindex):
        fork = chain.phases[chain.forks[slot]]
        state = chain.states[slot]
        branch = [spec.Bytes32(node) for node in fork.compute_merkle_proof(state, gindex)]
        return spec.Bytes32(leaf(state)), branch, state.hash_tree_root()

    def finalized(state):
        return state.finalized_checkpoint.root

    def current(state):
        return state.current_sync_committee.hash_tree_root()

    def following(state):
        return state.next_sync_committee.hash_tree_root()

    proofs = [
        ("gloas execution block hash", spec.EXECUTION_BLOCK_HASH_GINDEX_GLOAS, header(57)),
        ("fulu execution block hash", spec.EXECUTION_BLOCK_HASH_GINDEX_DENEB, header(49)),
        ("capella execution block hash", spec.EXECUTION_BLOCK_HASH_GINDEX, header(9)),
    ]
    for name, get, slots in (
        (
            "finalized root",
            finalized,
            (
                (57, spec.FINALIZED_ROOT_GINDEX_GLOAS),
                (49, spec.FINALIZED_ROOT_GINDEX_ELECTRA),
                (33, spec.FINALIZED_ROOT_GINDEX),
            ),
        ),
        (
            "current committee",
            current,
            (
                (57, spec.CURRENT_SYNC_COMMITTEE_GINDEX_GLOAS),
                (49, spec.CURRENT_SYNC_COMMITTEE_GINDEX_ELECTRA),
                (33, spec.CURRENT_SYNC_COMMITTEE_GINDEX),
            ),
        ),
        ("next committee", following, ((57, spec.NEXT_SYNC_COMMITTEE_GINDEX_GLOAS),)),
    ):
        for slot, gindex in slots:
            proofs.append((f"{chain.forks[slot]} {name}", gindex, in_state(slot, get, gindex)))

    for name, gindex, (leaf, branch, root) in proofs:
        judge(f"{name}: exact depth", leaf, branch, gindex, root, True)
        for count in (1, 3):
            more = [zero] * count + branch
            judge(f"{name}: {count} zero nodes before", leaf, more, gindex, root, True)
        judge(f"{name}: one more node, not zero", leaf, [one(zero), *branch], gindex, root, False)
        judge(f"{name}: wrong leaf", flipped(leaf), branch, gindex, root, False)
        judge(f"{name}: wrong root", leaf, branch, gindex, flipped(root), False)
    # The rest does not depend on the tree, so one of the proofs is enough.
    name, gindex, (leaf, branch, root) = proofs[0]
    judge(f"{name}: zero node, then another", leaf, [zero, one(zero), *branch], gindex, root, False)
    judge(f"{name}: node, then a zero node", leaf, [one(zero), zero, *branch], gindex, root, False)
    judge(f"{name}: one zero node after", leaf, [*branch, zero], gindex, root, False)
    judge(f"{name}: without the first node", leaf, branch[1:], gindex, root, False)
    judge(f"{name}: without the last node", leaf, branch[:-1], gindex, root, False)
    judge(f"{name}: no nodes", leaf, [], gindex, root, False)
    judge(f"{name}: nodes in reverse", leaf, branch[::-1], gindex, root, False)
    judge(f"{name}: neighbour's index", leaf, branch, gindex + 1, root, False)
    # With no nodes the leaf would be the root, had the depth not to fit.
    judge(f"{name}: no nodes and the root as leaf", root, [], gindex, root, False)
    write("normalized_merkle_branch", {"branches": out})


def bootstraps(chain):
    """`initialize_light_client_store` of Gloas, with bootstraps of Capella, Fulu and Gloas."""
    spec = chain.top
    out = []

    def judge(slot, fork, data, trusted, refused=None):
        given = upgraded(chain.phases, "bootstrap", copied(data), fork, "gloas")
        try:
            spec.initialize_light_client_store(trusted, given)
            taken = True
        except AssertionError:
            taken = False
        assert taken == (refused is None), (slot, refused)
        entry = {"trusted_block_root": hexed(trusted), "bootstrap": object_json(fork, data)}
        if refused:
            entry["refused"] = refused
        out.append(entry)

    # Deneb and Electra are in the other files.
    for slot in (9, 49, 57):
        trusted = chain.blocks[slot].message.hash_tree_root()
        judge(slot, chain.forks[slot], chain.bootstrap(slot), trusted)

    slot, fork = 57, "gloas"
    good, state = chain.bootstrap(slot), chain.states[slot]
    trusted = chain.blocks[slot].message.hash_tree_root()
    other = chain.bootstrap(58)
    branch = "current_sync_committee_branch"
    proof = spec.compute_merkle_proof(state, spec.NEXT_SYNC_COMMITTEE_GINDEX_GLOAS)

    def next_for_current(value):
        value.current_sync_committee = state.next_sync_committee
        value.current_sync_committee_branch = type(value.current_sync_committee_branch)(data=proof)

    judge(
        slot, fork, good, chain.blocks[58].message.hash_tree_root(), "trusted root of another block"
    )
    for name, spoil in {
        "header's state root changed": set_field("header.beacon.state_root", flipped),
        "header's execution block hash changed": set_field("header.execution_block_hash", flipped),
        "header's execution branch of another block": set_field(
            "header.execution_branch", lambda _: other.header.execution_branch
        ),
        "committee has two members exchanged": set_field(
            "current_sync_committee.pubkeys", lambda keys: type(keys)(data=swapped(list(keys)))
        ),
        "committee's aggregate key is another": set_field(
            "current_sync_committee.aggregate_pubkey",
            lambda _: list(state.next_sync_committee.pubkeys)[0],
        ),
        "committee's branch of another block": set_field(
            branch, lambda _: other.current_sync_committee_branch
        ),
        "committee's branch of depth 6 behind zero nodes": set_field(
            branch, lambda old: type(old)(data=padded(list(old)[-6:], 11))
        ),
        "committee and branch are the next committee's": next_for_current,
        "committee's branch empty": set_field(branch, lambda old: type(old)()),
    }.items():
        judge(slot, fork, but(good, spoil), trusted, name)

    # In the container of Gloas, as in `upgraded_containers`.
    for slot, pad in ((9, 6), (49, 5)):
        old = chain.forks[slot]
        good = upgraded(chain.phases, "bootstrap", chain.bootstrap(slot), old, "gloas")
        trusted = chain.blocks[slot].message.hash_tree_root()
        judge(slot, fork, good, trusted)
        for index in (0, pad - 1):
            judge(
                slot,
                fork,
                but(good, set_field(branch, with_node(index, one))),
                trusted,
                f"{old}: zero node {index} of the committee's branch set",
            )
        judge(
            slot,
            fork,
            but(good, set_field("header.execution_branch", with_node(1, one))),
            trusted,
            f"{old}: zero node 1 of the header's execution branch set",
        )
    write(
        "bootstraps",
        {
            "config": config_json(chain.config),
            "genesis_validators_root": hexed(chain.root),
            "bootstraps": out,
        },
    )


def merkle_proofs(chain):
    """The branches that Gloas defines, from a real state and a real block body."""
    spec = chain.top
    state, body = chain.states[121], chain.blocks[121].message.body
    bid = body.signed_execution_payload_bid.message
    parent = chain.blocks[120].message.body.signed_execution_payload_bid.message
    assert bid.parent_block_hash == parent.block_hash
    assert state.finalized_checkpoint.root != spec.Root()
    out = []
    for name, tree, leaf, gindex, expected in (
        (
            "BeaconState.current_sync_committee",
            state,
            state.current_sync_committee.hash_tree_root(),
            spec.CURRENT_SYNC_COMMITTEE_GINDEX_GLOAS,
            2945,
        ),
        (
            "BeaconState.next_sync_committee",
            state,
            state.next_sync_committee.hash_tree_root(),
            spec.NEXT_SYNC_COMMITTEE_GINDEX_GLOAS,
            2946,
        ),
        (
            "BeaconState.finalized_checkpoint.root",
            state,
            state.finalized_checkpoint.root,
            spec.FINALIZED_ROOT_GINDEX_GLOAS,
            735,
        ),
        (
            "BeaconBlockBody.signed_execution_payload_bid.message.parent_block_hash",
            body,
            bid.parent_block_hash,
            spec.EXECUTION_BLOCK_HASH_GINDEX_GLOAS,
            2856,
        ),
    ):
        assert gindex == expected
        branch = spec.compute_merkle_proof(tree, gindex)
        root = tree.hash_tree_root()
        assert spec.is_valid_merkle_branch(
            leaf=spec.Bytes32(leaf),
            branch=branch,
            depth=spec.floorlog2(gindex),
            index=spec.get_subtree_index(gindex),
            root=root,
        )
        out.append(
            {
                "name": name,
                "leaf": hexed(leaf),
                "gindex": int(gindex),
                "branch": [hexed(node) for node in branch],
                "root": hexed(root),
            }
        )
    write("single_merkle_proof", {"proofs": out})


# --- All ------------------------------------------------------------------------------------


def main():
    for name in (
        "light_client_sync",
        "light_client_sync_no_force_update",
        "supply_sync_committee_from_past_update",
        "advance_finality_without_sync_committee",
    ):
        official_sync(f"sync_{name}", getattr(altair_sync, f"test_{name}"), "gloas")

    official_sync("fork_fulu_gloas", fulu_sync.test_gloas_fork, "fulu")
    official_sync("fork_deneb_electra_gloas", deneb_sync.test_electra_gloas_fork, "deneb")
    official_sync("fork_capella_deneb_gloas", capella_sync.test_deneb_gloas_fork, "capella")
    # Bellatrix has Altair's containers, and Electra those of Fulu.
    for fork in ("altair", "capella", "deneb", "fulu"):
        official_sync(
            f"legacy_{fork}_gloas_store", altair_sync.test_gloas_store_with_legacy_data, fork
        )

    # The first two sync committees after genesis are the same. These chains start in the second
    # period, so that the next committee is another than the current one.
    chain = Chain("fulu", {"gloas": 13})
    chain.skip(63)
    chain.run(146)
    fulu_to_gloas(chain)

    chain = Chain("gloas", {})
    chain.skip(63)
    chain.run(130)
    finality_and_optimistic(chain)
    merkle_proofs(chain)
    chain.skip(191)
    chain.run(194)
    refused(chain)

    chain = Chain("capella", {"deneb": 4, "electra": 5, "fulu": 6, "gloas": 7})
    chain.run(60)
    capella_to_gloas(chain)
    upgraded_containers(chain)
    headers(chain)
    normalized_merkle_branch(chain)
    bootstraps(chain)

    # Finality stands still in the first fork of these chains, so that the one update has its two
    # headers as many forks apart as can be.
    chain = Chain("capella", {"deneb": 4, "electra": 5, "fulu": 6, "gloas": 7}, attest_until=31)
    chain.run(58)
    stalled("fork_capella_gloas_stalled", chain, 56, with_json=True)
    chain = Chain("deneb", {"electra": 4, "fulu": 5, "gloas": 6}, attest_until=31)
    chain.run(50)
    stalled("fork_deneb_gloas_stalled", chain, 48)

    official_ranking("update_ranking")


if __name__ == "__main__":
    main()
