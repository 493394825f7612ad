//! The same in Cedar: a policy for each role and condition, naming its actions. Requests and entities are made before the
//! clock runs; what is measured is `is_authorized`.

use std::collections::{BTreeMap, HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression,
};
use stagedoor_bench_decide::{NETWORK, Question};

use super::{Condition, Plain, Rule};

/// The error of a bench: it ends it.
pub type Failure = Box<dyn std::error::Error>;

/// Cedar with its policies.
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
}

/// A question as Cedar takes it.
pub struct Prepared {
    request: Request,
    entities: Entities,
}

fn when(of: &Condition) -> String {
    let mut parts = vec!["principal.active".to_owned(), "context.in_scope".to_owned()];
    if of.network {
        parts.push(format!("context.address.isInRange(ip(\"{NETWORK}\"))"));
    }
    if of.identity {
        parts.push("context.workforce".to_owned());
    }
    if let Some(age) = of.factor {
        parts.push(format!("context.factor_age <= {age}"));
        if !of.totp {
            parts.push("context.passkey".to_owned());
        }
    }
    if let Some((ttl, idle)) = of.session {
        parts.push(format!("context.session_age < {ttl} && context.idle < {idle}"));
    }
    if of.grant {
        parts.push("context.grant".to_owned());
    }
    if of.own {
        parts.push("resource.own".to_owned());
    }
    parts.join(" && ")
}

impl Cedar {
    /// With these rules.
    pub fn new(rules: &[Rule]) -> Result<Self, Failure> {
        let mut grouped: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for rule in rules {
            let head = format!("{}|{}", rule.role, when(&rule.condition));
            let action = format!("Action::\"{}\"", rule.action.name());
            grouped.entry(head).or_default().push(action);
        }
        let mut text = String::new();
        for (head, actions) in &grouped {
            let (role, when) = head.split_once('|').unwrap_or_default();
            text.push_str(&format!(
                "permit(principal in Role::\"{role}\", action in [{}], resource) when {{ {when} }};\n",
                actions.join(", ")
            ));
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: text.parse()?,
        })
    }

    /// How many policies there are.
    pub fn policies(&self) -> usize {
        self.policies.policies().count()
    }

    /// Whether a question is permitted.
    pub fn permits(&self, of: &Prepared) -> bool {
        let answer = self
            .authorizer
            .is_authorized(&of.request, &self.policies, &of.entities);
        answer.decision() == Decision::Allow
    }
}

/// Makes what Cedar takes of a question.
pub fn prepare(question: &Question) -> Result<Prepared, Failure> {
    let plain = Plain::of(question);
    let uid = |text: String| -> Result<EntityUid, Failure> { Ok(text.parse()?) };
    let principal = uid("Staff::\"asker\"".to_owned())?;
    let role = uid(format!("Role::\"{}\"", plain.role))?;
    let resource = uid("Resource::\"it\"".to_owned())?;
    let yes = |value: bool| RestrictedExpression::new_bool(value);
    let entities = Entities::from_entities(
        [
            Entity::new(
                principal.clone(),
                HashMap::from([("active".to_owned(), yes(plain.active))]),
                HashSet::from([role]),
            )?,
            Entity::new(
                resource.clone(),
                HashMap::from([("own".to_owned(), yes(plain.own))]),
                HashSet::new(),
            )?,
        ],
        None,
    )?;
    let context = Context::from_pairs([
        ("address".to_owned(), RestrictedExpression::new_ip(&plain.address)),
        ("workforce".to_owned(), yes(plain.workforce)),
        ("passkey".to_owned(), yes(plain.passkey)),
        (
            "factor_age".to_owned(),
            RestrictedExpression::new_long(plain.factor_age),
        ),
        (
            "session_age".to_owned(),
            RestrictedExpression::new_long(plain.session_age),
        ),
        ("idle".to_owned(), RestrictedExpression::new_long(plain.idle)),
        ("grant".to_owned(), yes(plain.grant)),
        ("in_scope".to_owned(), yes(plain.in_scope)),
    ])?;
    let action = uid(format!("Action::\"{}\"", plain.action))?;
    Ok(Prepared {
        request: Request::new(principal, action, resource, context, None)?,
        entities,
    })
}
