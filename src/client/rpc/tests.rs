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
    assert!(results[0].as_ref().is_err_and(|error| error.message.contains("missing trie node")), "{results:?}");
    assert_eq!(results[1], Ok(b"1".to_vec()));
    let both = super::results(br#"{"id":0,"error":{"code":1},"result":7}"#, 1).expect("an answer");
    assert!(both[0].is_err(), "an error goes before a result");
    let null = super::results(br#"{"id":0,"error":null,"result":7}"#, 1).expect("an answer");
    assert_eq!(null, [Ok(b"7".to_vec())]);
    for (code, is_busy) in [("-32005", true), ("429", true), ("-32000", false), ("\"429\"", false)] {
        let body = format!("{{\"error\":{{\"message\":\"{{\",\"code\": {code} }}}}");
        let results = super::results(body.as_bytes(), 1).expect("an answer");
        assert!(results[0].as_ref().is_err_and(|error| error.is_busy == is_busy), "{body}: {results:?}");
    }
}

#[test]
fn what_is_shown_is_short_and_harmless() {
    let body = format!("{{\"error\":\"\u{1b}[2J{}\"}}", "x".repeat(100_000));
    let error = results(body.as_bytes(), 1).expect("an answer").remove(0).expect_err("an error");
    assert!(error.message.len() < 300 && !error.message.contains('\u{1b}'), "{error}");
}

#[test]
fn what_is_left_out_is_missed() {
    let results = results(br#"[{"id":1,"result":1},{"id":9,"result":2},{"result":3}]"#, 3).expect("a batch");
    assert!(results[0].is_err() && results[2].is_err(), "{results:?}");
}

#[test]
fn a_server_that_takes_no_batches_is_noticed() {
    let refusals: [&[u8]; 7] = [
        b"batch not allowed",
        br#"{"id":null,"error":{"code":-32600}}"#,
        br#"[{"id":null,"error":{"code":-32600}}]"#,
        b"",
        b"[",
        b"[]",
        &[0xff; 8],
    ];
    for body in refusals {
        assert_eq!(results(body, 2), None);
    }
    assert_eq!(refusals.map(|body| refusal(body).is_some()), [false, true, true, false, false, false, false]);
    let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    assert!(results(&deep, 2).is_none_or(|results| results.iter().all(Result::is_err)));
}

#[test]
fn what_is_no_answer_is_none() {
    let bodies: [&[u8]; 12] = [
        br#"{"message":"not found"}"#,
        br#"{"result":1,"result":2}"#,
        br#"{"result":1"#,
        br#"{"result" 1}"#,
        br#"{"result":}"#,
        br#"{"result":]}"#,
        br#"{"result":"a}"#,
        br#"{"result":1,}"#,
        br#"{result:1}"#,
        br#"{"id":0 "result":1}"#,
        br#"{"result":{"a":[}"#,
        br#"[{"result":1},{"result":1}]"#,
    ];
    for body in bodies {
        assert_eq!(results(body, 1), None, "{}", String::from_utf8_lossy(body));
    }
}

#[test]
fn envelopes_are_opened_as_a_parser_would() {
    let values = [
        "null",
        "true",
        "-1.5e3",
        "[]",
        "{}",
        "\"\"",
        "[1,[2,{\"a\":\"]\"}]]",
        r#""a\"b\\""#,
        r#"{"k":"}{","l":[ "\\", "\"," ]}"#,
        "\"\u{e9}\u{4e16}\"",
    ];
    for value in values {
        let parsed: serde_json::Value = serde_json::from_str(value).expect("json");
        let spaced = format!(" {{ \"result\" :\t{value}\n, \"id\": 0 }} ");
        let tight = format!("{{\"id\":0,\"other\":{value},\"result\":{value}}}");
        for body in [spaced, tight] {
            let result = results(body.as_bytes(), 1).expect("an answer").remove(0).expect("a result");
            assert_eq!(serde_json::from_slice::<serde_json::Value>(&result).expect("json"), parsed, "{body}");
            let batch = format!("[{body} ,{{\"id\":1,\"result\":7}}]");
            let both = results(batch.as_bytes(), 2).expect("a batch");
            assert_eq!(both, [Ok(result), Ok(b"7".to_vec())], "{batch}");
        }
    }
}

#[test]
fn of_a_list_or_an_object_so_many_members_are_noted_and_no_more() {
    let batch = |items: usize| format!("[{}{{\"id\":1,\"result\":1}}]", "{\"id\":0,\"result\":0},".repeat(items - 1));
    assert!(results(batch(4096).as_bytes(), 2).is_some());
    assert_eq!(results(batch(4097).as_bytes(), 2), None);
    let object = |members: usize| format!("{{{}\"result\":1}}", "\"a\":0,".repeat(members - 1));
    assert!(results(object(4096).as_bytes(), 1).is_some());
    assert_eq!(results(object(4097).as_bytes(), 1), None);
}
