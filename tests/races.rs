//! Two at the same moment: what one of them was quicker with is a conflict for the other, said in her language, and no fault of
//! ours.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::databases::{count, try_in};
use crate::support::{PASSWORD, Person};

/// Each sends a body of her own to the same address at the same moment; the statuses, in order.
async fn send_at_once(people: &[Person], path: &str, body: impl Fn(usize) -> Value) -> Vec<u16> {
    let bodies: Vec<Value> = (0..people.len()).map(body).collect();
    let sent = people.iter().zip(&bodies).map(|(person, body)| person.post(path, body));
    let mut statuses: Vec<u16> = join_all(sent).await.into_iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    statuses
}

both! {
    async fn of_those_who_call_something_the_same_at_once_one_is_right(platform) {
        let manager = platform.manager().await;
        let mut managers = vec![manager];
        for login in ["b", "c", "d", "e", "f"] {
            managers.push(platform.with_role(login, "content-manager", &platform.prefecture).await);
        }
        let root = platform.sign_in("root").await;
        let roots = vec![root; 6];
        let one = [201, 409, 409, 409, 409, 409];
        let slug = |number: usize| json!({"slug": "same", "title": format!("Title {number}")});
        assert_eq!(send_at_once(&managers, "/api/v1/columns", slug).await, one);
        let term = |number: usize| json!({"facet": "aspect", "slug": "same", "title": format!("Title {number}")});
        assert_eq!(send_at_once(&managers, "/api/v1/terms", term).await, one);
        let login = |number: usize| json!({"login": "same", "name": format!("Name {number}"), "password": PASSWORD, "org_unit": platform.near_clinic});
        assert_eq!(send_at_once(&roots, "/api/v1/people", login).await, one);
        assert_eq!(count(&platform.library, "select count(*) from person where login = 'same'").await, 1);
    }

    async fn what_no_verb_expects_of_the_database_is_a_conflict_all_the_same(platform) {
        for (sql, code) in [
            ("insert into person (id, login, name, created_at) select 'x', login, name, 0 from person where login = 'root'", "just_made"),
            ("insert into membership (person, unit, valid_from) values ('nobody', 'nowhere', 0)", "just_used"),
            ("delete from person where login = 'root'", "just_used"),
        ] {
            let error = content::Error::from(try_in(&platform.library, sql).await.expect_err("it is refused"));
            let content::Error::Conflict(why) = error else { panic!("{sql}: {error}") };
            assert_eq!(why.code(), code, "{sql}");
        }
    }
}
