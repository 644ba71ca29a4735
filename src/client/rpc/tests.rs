use super::*;

fn call(method: &'static str) -> Call {
    Call { method, params: "[\"0x1\",false]".to_owned() }
}

#[test]
fn one_call_is_no_batch() {
    let expected = r#"{"jsonrpc":"2.0","id":0,"method":"eth_chainId","params":["0x1",false]}"#;
    assert_eq!(body(&[&call("eth_chainId")]), expected);
    let two = body(&[&call("a"), &call("b")]);
    assert!(two.starts_with('[') && two.contains(r#""id":1,"method":"b""#), "{two}");
    assert!(serde_json::from_str::<serde_json::Value>(&two).is_ok(), "{two}");
}

#[test]
fn answers_are_told_apart_by_their_ids() {
    let body = br#"[{"id":1,"result":{"b":2}},{"id":0,"result":"0x1"}]"#;
    assert_eq!(results(body, 2), Some(vec![Ok(b"\"0x1\"".to_vec()), Ok(br#"{"b":2}"#.to_vec())]));
    let one = results(br#"{"jsonrpc":"2.0","id":0,"result":null}"#, 1);
    assert_eq!(one, Some(vec![Ok(b"null".to_vec())]), "a block that is not known");
}

#[test]
fn an_error_is_no_result() {
    let body = br#"[{"id":0,"error":{"code":-32000,"message":"missing trie node"}},{"id":1,"result":1}]"#;
    let results = results(body, 2).expect("a batch");
    assert!(results[0].as_ref().is_err_and(|error| error.contains("missing trie node")), "{results:?}");
    assert_eq!(results[1], Ok(b"1".to_vec()));
    let both = super::results(br#"{"id":0,"error":{"code":1},"result":7}"#, 1).expect("an answer");
    assert!(both[0].is_err(), "an error goes before a result");
}

#[test]
fn what_is_left_out_is_missed() {
    let results = results(br#"[{"id":1,"result":1},{"id":9,"result":2},{"result":3}]"#, 3).expect("a batch");
    assert!(results[0].is_err() && results[2].is_err(), "{results:?}");
}

#[test]
fn a_server_that_takes_no_batches_is_noticed() {
    for body in [&b"batch not allowed"[..], br#"{"id":null,"error":{"code":-32600}}"#, b"", b"[", &[0xff; 8]] {
        assert_eq!(results(body, 2), None);
    }
    let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    assert!(results(&deep, 2).is_none_or(|results| results.iter().all(Result::is_err)));
}
