//! What is asked of whom: it stands on the home pages of a unit and below, and of nobody else.

use crate::support::both::both;
use crate::support::{Person, Platform};

/// The titles under "due" on somebody's home page.
async fn due(person: &Person) -> String {
    let (status, html) = person.page_in("/", "zh").await;
    assert_eq!(status, 200);
    html.split_once("应完成的课程")
        .map(|(_, rest)| rest.split("</section>").next().unwrap_or_default().to_owned())
        .unwrap_or_default()
}

/// A day that many days from now, as a date field writes it (Howard Hinnant's `civil_from_days`).
fn day(platform: &Platform, days: i64) -> String {
    let days = (platform.library.clock.now_ms() / 1000 + 8 * 3600).div_euclid(86_400) + days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    format!("{:04}-{month:02}-{day:02}", year + era * 400 + i64::from(month <= 2))
}

both! {
    async fn an_assignment_reaches_the_unit_below_and_nobody_beside_it(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let neighbor = platform.learner("tashi", &platform.far_clinic).await;
        let admin = platform.with_role("admin", "administrator", &platform.near_county).await;
        let form = |unit: &str, due: &str| [("course", taught.course.clone()), ("unit", unit.to_owned()), ("due", due.to_owned())];
        let send = async |person: &Person, fields: [(&str, String); 3]| {
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            person.form("/admin/assignments", &fields).await
        };
        let in_a_week = day(platform, 6);
        let elsewhere = send(&admin, form(&platform.far_clinic, &in_a_week)).await;
        assert_eq!(elsewhere.status(), 403, "beyond her scope");
        assert_eq!(send(&learner, form(&platform.near_clinic, &in_a_week)).await.status(), 403);
        assert_eq!(send(&manager, form(&platform.near_clinic, &in_a_week)).await.status(), 403);
        let root = platform.sign_in("root").await;
        assert_eq!(send(&root, form("no-unit", &in_a_week)).await.status(), 422, "a unit that is not there");
        for bad in ["", "yesterday", "2020-01-01", "2026-13-45"] {
            let refused = send(&admin, form(&platform.near_county, bad)).await;
            assert_eq!(refused.status(), 422, "{bad:?}");
            assert!(refused.text().await.unwrap().contains("field-due-problem"), "{bad:?}: the problem stands at its field");
        }
        assert!(due(&learner).await.is_empty());
        assert_eq!(send(&admin, form(&platform.near_county, &in_a_week)).await.status(), 303);
        assert!(due(&learner).await.contains(&format!("/courses/{}", taught.course)));
        assert!(due(&neighbor).await.is_empty(), "a neighbor's learner is not asked");
        let (_, html) = admin.page("/admin/assignments").await;
        let revoke = html.split('"').find(|text| text.contains("/revoke")).unwrap().to_owned();
        let other = platform.with_role("other", "administrator", &platform.far_county).await;
        assert_eq!(other.form(&revoke, &[]).await.status(), 403);
        assert!(!other.page("/admin/assignments").await.1.contains("/revoke"), "not even seen from beside");
        assert_eq!(admin.form(&revoke, &[]).await.status(), 303);
        assert!(due(&learner).await.is_empty());
        assert_eq!(admin.form(&revoke, &[]).await.status(), 404, "once is enough");
    }

    async fn what_is_completed_is_due_no_more(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let admin = platform.with_role("admin", "administrator", &platform.near_county).await;
        let due_on = day(platform, 2);
        let fields = [("course", taught.course.as_str()), ("unit", platform.near_county.as_str()), ("due", due_on.as_str())];
        assert_eq!(admin.form("/admin/assignments", &fields).await.status(), 303);
        assert!(due(&learner).await.contains("badge busy"), "two days are soon");
        platform.later(5 * 24 * 3600);
        assert!(due(&learner).await.contains("badge bad"), "and then it is late");
        learner.watches(&taught.lesson, &[(0, 6)], platform.library.clock.now_ms()).await;
        assert!(due(&learner).await.is_empty());
    }
}
