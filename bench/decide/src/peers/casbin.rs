//! The same in casbin: a line of policy for each role and action. Its matcher tries the cheap words first; ages are looked
//! at by functions of ours, for casbin's policies hold words only. What is measured is `enforce`, with the copy of the
//! values that it takes.

use casbin::function_map::OperatorFunction;
use casbin::rhai::Dynamic;
use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use stagedoor_bench_decide::{NETWORK, Question};

use super::cedar::Failure;
use super::{Plain, Rule};

const MODEL: &str = r#"
[request_definition]
r = role, act, address, workforce, passkey, factor_age, session_age, idle, standing, grant, own

[policy_definition]
p = role, act, network, workforce, passkey, factor_age, ttl, idle, grant, own

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.act == p.act && r.role == p.role && r.standing == "yes" && (p.workforce == "any" || r.workforce == p.workforce) && (p.passkey == "any" || r.passkey == p.passkey) && (p.grant == "any" || r.grant == p.grant) && (p.own == "any" || r.own == p.own) && atMost(r.factor_age, p.factor_age) && below(r.session_age, p.ttl) && below(r.idle, p.idle) && (p.network == "any" || ipMatch(r.address, p.network))
"#;

fn number(of: &Dynamic) -> Option<i64> {
    let text = of.clone().into_immutable_string().ok()?;
    text.parse().ok()
}

/// Compares two words as numbers; what a rule does not ask for is `any`.
fn compared(fact: &Dynamic, most: &Dynamic, by: fn(i64, i64) -> bool) -> Dynamic {
    let holds = match (number(fact), number(most)) {
        (Some(fact), Some(most)) => by(fact, most),
        (_, None) => true,
        (None, Some(_)) => false,
    };
    Dynamic::from(holds)
}

fn word(asked: bool, word: &str) -> String {
    if asked { word } else { "any" }.to_owned()
}

fn line(rule: &Rule) -> Vec<String> {
    let condition = rule.condition;
    let age = |span: Option<i64>| span.map_or("any".to_owned(), |span| span.to_string());
    vec![
        rule.role.as_str().to_owned(),
        rule.action.name().to_owned(),
        word(condition.network, NETWORK),
        word(condition.identity, "yes"),
        word(condition.factor.is_some() && !condition.totp, "yes"),
        age(condition.factor),
        age(condition.session.map(|(ttl, _)| ttl)),
        age(condition.session.map(|(_, idle)| idle)),
        word(condition.grant, "yes"),
        word(condition.own, "yes"),
    ]
}

/// Casbin with these rules.
pub async fn enforcer(rules: &[Rule]) -> Result<Enforcer, Failure> {
    let model = DefaultModel::from_str(MODEL).await?;
    let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await?;
    enforcer.add_function(
        "atMost",
        OperatorFunction::Arg2(|fact, most| compared(&fact, &most, |fact, most| fact <= most)),
    );
    enforcer.add_function(
        "below",
        OperatorFunction::Arg2(|fact, most| compared(&fact, &most, |fact, most| fact < most)),
    );
    enforcer.add_policies(rules.iter().map(line).collect()).await?;
    Ok(enforcer)
}

/// The words of a question.
pub fn prepare(question: &Question) -> Vec<Dynamic> {
    let plain = Plain::of(question);
    let yes = |holds: bool| if holds { "yes" } else { "no" }.to_owned();
    let words = [
        plain.role.to_owned(),
        plain.action.to_owned(),
        plain.address,
        yes(plain.workforce),
        yes(plain.passkey),
        plain.factor_age.to_string(),
        plain.session_age.to_string(),
        plain.idle.to_string(),
        yes(plain.active && plain.in_scope),
        yes(plain.grant),
        yes(plain.own),
    ];
    words.into_iter().map(Dynamic::from).collect()
}
