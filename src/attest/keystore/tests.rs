use super::*;
use serde_json::{Value, json};

/// The wiki's two vectors and go-ethereum's two of short keys.
const VECTORS: &str = include_str!("../../../tests/data/keystore-v3.json");

const SECRET: [u8; 32] = [7; 32];
const RANDOM: [u8; 64] = [3; 64];

#[test]
fn the_official_vectors_open() {
    let vectors: Value = serde_json::from_str(VECTORS).expect("json");
    let vectors = vectors.as_object().expect("an object");
    assert_eq!(vectors.len(), 4);
    for (name, vector) in vectors {
        let keystore = Keystore::parse(vector["json"].to_string().as_bytes()).expect(name);
        let secret = alloy_primitives::hex::decode(vector["priv"].as_str().expect("hex")).expect("hex");
        let expected = Key::new(&widened(&secret).expect("short")).expect("a key");
        let password = vector["password"].as_str().expect("text");
        assert_eq!(keystore.open(password.as_bytes()).map(|key| key.address()), Ok(expected.address()), "{name}");
    }
}

#[test]
fn a_sealed_key_opens_with_its_password_alone() {
    let sealed = Keystore::seal(&SECRET, b"open", Scrypt::LIGHT, &RANDOM).expect("it seals");
    let text = sealed.to_json();
    assert!(!text.contains(&alloy_primitives::hex::encode(SECRET)));
    let read = Keystore::parse(text.as_bytes()).expect("it is read again");
    assert_eq!(read, sealed);
    let expected = Key::new(&SECRET).expect("a key").address();
    assert_eq!((read.address(), read.open(b"open").map(|key| key.address())), (Some(expected), Ok(expected)));
    for wrong in [&b"Open"[..], b"", b"open "] {
        assert_eq!(read.open(wrong).map(|key| key.address()), Err(KeystoreError::Password));
    }
    let other = Keystore::seal(&SECRET, b"open", Scrypt::LIGHT, &[4; 64]).expect("it seals");
    assert_ne!(other.to_json(), text, "with other randomness all of it is other");
}

/// A sealed file with one member changed.
fn changed(path: &[&str], to: Value) -> Result<Keystore, KeystoreError> {
    let sealed = Keystore::seal(&SECRET, b"open", Scrypt::LIGHT, &RANDOM).expect("it seals");
    let mut file: Value = serde_json::from_str(&sealed.to_json()).expect("json");
    let place = path.iter().fold(&mut file, |value, name| &mut value[*name]);
    assert_ne!(*place, to, "it is changed");
    *place = to;
    Keystore::parse(file.to_string().as_bytes())
}

#[test]
fn a_changed_file_is_noticed() {
    let opened = |keystore: Keystore| keystore.open(b"open").map(|key| key.address());
    for name in ["ciphertext", "mac"] {
        let read = changed(&["crypto", name], json!("11".repeat(32))).expect("its shape is right");
        assert_eq!(opened(read), Err(KeystoreError::Password), "{name}");
    }
    // Neither is covered by the code, so only the address tells.
    let read = changed(&["crypto", "cipherparams", "iv"], json!("11".repeat(16))).expect("its shape is right");
    assert!(matches!(opened(read), Err(KeystoreError::Address { .. })));
    let read = changed(&["address"], json!("11".repeat(20))).expect("its shape is right");
    assert!(matches!(opened(read), Err(KeystoreError::Address { .. })));
}

#[test]
fn what_would_fill_memory_is_refused_before() {
    let cost =
        |what| move |error: &KeystoreError| matches!(error, KeystoreError::Cost { what: got, .. } if *got == what);
    for (name, to, what) in [
        ("n", json!(1_u64 << 30), "memory"),
        ("n", json!(1_u64 << 62), "memory"),
        ("r", json!(u32::MAX), "memory"),
        ("p", json!(u32::MAX), "work"),
    ] {
        let refused = changed(&["crypto", "kdfparams", name], to).expect_err("it is refused");
        assert!(cost(what)(&refused), "{name}: {refused}");
    }
    assert!(matches!(Stretch::pbkdf2(1 << 40, Vec::new()), Err(KeystoreError::Cost { .. })));
    assert!(Stretch::pbkdf2(MAX_WORK, Vec::new()).is_ok());
    assert!(Scrypt::new(1 << 19, 8, 1).is_ok(), "twice the standard");
    assert!(Scrypt::new(1 << 20, 8, 1).is_err());
    let long = vec![b' '; MAX_FILE + 1];
    assert!(matches!(Keystore::parse(&long), Err(KeystoreError::Form { .. })));
}

#[test]
fn what_is_not_read_is_told() {
    for (path, to) in [
        (&["version"][..], json!(1)),
        (&["crypto", "cipher"], json!("aes-256-gcm")),
        (&["crypto", "kdf"], json!("argon2id")),
        (&["crypto", "ciphertext"], json!("")),
        (&["crypto", "ciphertext"], json!("11".repeat(33))),
        (&["crypto", "mac"], json!("11".repeat(31))),
        (&["crypto", "kdfparams", "dklen"], json!(1_u64 << 40)),
        (&["crypto", "kdfparams", "dklen"], json!(16)),
        (&["crypto", "kdfparams", "n"], json!(3)),
        (&["crypto", "kdfparams", "n"], json!(1)),
        (&["crypto", "kdfparams", "n"], json!(-1)),
        (&["crypto", "kdfparams", "p"], json!(0)),
        (&["crypto", "kdfparams", "r"], json!(0)),
        (&["crypto", "kdfparams", "salt"], json!("no hex")),
    ] {
        let refused = changed(path, to.clone()).map(|keystore| keystore.open(b"open").map(|key| key.address()));
        assert!(matches!(refused, Err(KeystoreError::Form { .. })), "{path:?} {to}");
    }
    assert!(matches!(Keystore::parse(b"{}"), Err(KeystoreError::Form { .. })));
}

#[test]
fn what_is_no_key_is_neither_sealed_nor_opened() {
    assert_eq!(Keystore::seal(&[0; 32], b"open", Scrypt::LIGHT, &RANDOM), Err(KeystoreError::Key(KeyError::NoKey)));
    // 32 zero bytes sealed by a program that does not look: the ciphertext is the key stream.
    let stretch = Stretch::Scrypt { cost: Scrypt::LIGHT, salt: vec![1; 32] };
    let derived = stretch.derive(b"open");
    let mut ciphertext = vec![0; 32];
    crypt(&derived, &[2; 16], &mut ciphertext);
    let mac = code(&derived, &ciphertext);
    let keystore = Keystore { id: String::new(), address: None, iv: [2; 16], ciphertext, stretch, mac };
    assert_eq!(keystore.open(b"open").map(|key| key.address()), Err(KeystoreError::Key(KeyError::NoKey)));
}

#[test]
fn an_id_is_a_random_uuid() {
    assert_eq!(uuid(&[0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    assert_eq!(uuid(&[0; 16]), "00000000-0000-4000-8000-000000000000");
}
