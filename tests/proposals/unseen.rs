//! Which files are a reviewer's concern? Not those that nobody was ever shown; but those that are out of sight for a while.

use serde_json::{Value, json};

use super::{DOSE, about, author_of, captioned, read, reviewed, waiting};
use crate::support::both::both;
use crate::support::{clips, papers};

both! {
    async fn a_file_that_no_reviewed_course_shows_changes_at_once(platform) {
        let manager = platform.manager().await;
        let (taught, reviewer) = reviewed(platform, &manager).await;
        let unused = manager.uploads(&papers::deck(&["Cards"], "Helvetica"), "cards.pdf", "application/pdf").await;
        platform.finish_work().await;
        manager.put(&format!("/api/v1/resources/{unused}/about"), &about("Pema")).await.expect(204);
        assert_eq!(author_of(platform, &unused).await, "Pema");
        assert_eq!(captioned(&manager, &taught.resource, "en", &DOSE.replace("5 mg", "50 mg")).await.status, 202);
        manager.post(&format!("/api/v1/courses/{}/retire", taught.course), &Value::Null).await.expect(200);
        assert_eq!(waiting(&reviewer).await.len(), 1);
        assert_eq!(captioned(&manager, &taught.resource, "en", &DOSE.replace("5 mg", "6 mg")).await.status, 202);
        assert_eq!(read(&manager, &taught.resource, "en").await, DOSE, "out of sight and back is no way round");
        let draft = manager.adds_course(&taught.column, "草稿").await;
        let fresh = manager.uploads(&clips::clip(7), "fresh.mp4", "video/mp4").await;
        platform.finish_work().await;
        manager.adds_lesson(&draft, "第一课", &fresh).await;
        assert_eq!(captioned(&manager, &fresh, "en", DOSE).await.status, 204, "a draft");
    }

    async fn what_a_course_lets_go_while_it_is_out_of_sight_is_not_forgotten(platform) {
        let manager = platform.manager().await;
        let (taught, reviewer) = reviewed(platform, &manager).await;
        let course = format!("/api/v1/courses/{}", taught.course);
        let other = manager.uploads(&clips::clip(7), "other.mp4", "video/mp4").await;
        platform.finish_work().await;
        manager.post(&format!("{course}/retire"), &Value::Null).await.expect(200);
        manager.adds_lesson(&taught.course, "又一课", &other).await;
        manager.delete(&format!("{course}/lessons/{}", taught.lesson)).await.expect(200);
        assert_eq!(captioned(&manager, &taught.resource, "en", &DOSE.replace("5 mg", "50 mg")).await.status, 202);
        manager.adds_lesson(&taught.course, "第一课", &taught.resource).await;
        manager.post(&format!("{course}/submit"), &json!({})).await.expect(200);
        reviewer.post(&format!("{course}/approve"), &json!({})).await.expect(200);
        assert_eq!(read(&reviewer, &taught.resource, "en").await, DOSE, "she has approved the course, not the captions");
        assert_eq!(waiting(&reviewer).await.len(), 1, "those she is asked about");
    }

    async fn what_waits_for_its_day_or_a_reviewer_does_not_change_under_her_eyes(platform) {
        let manager = platform.manager().await;
        let (taught, reviewer) = reviewed(platform, &manager).await;
        let fresh = manager.uploads(&clips::clip(7), "new.mp4", "video/mp4").await;
        platform.finish_work().await;
        assert_eq!(captioned(&manager, &fresh, "en", DOSE).await.status, 204);
        let course = manager.adds_course(&taught.column, "新课程").await;
        manager.adds_lesson(&course, "第一课", &fresh).await;
        assert_eq!(captioned(&manager, &fresh, "en", &DOSE.replace("5 mg", "7 mg")).await.status, 204, "a draft");
        let then = platform.library.clock.now_ms() + 3_600_000;
        manager.post(&format!("/api/v1/courses/{course}/submit"), &json!({"publish_at": then})).await.expect(200);
        assert_eq!(captioned(&manager, &fresh, "en", &DOSE.replace("5 mg", "8 mg")).await.status, 202, "she is reading it");
        reviewer.post(&format!("/api/v1/courses/{course}/approve"), &json!({})).await.expect(200);
        assert_eq!(captioned(&manager, &fresh, "en", &DOSE.replace("5 mg", "9 mg")).await.status, 202, "she has read it");
        platform.later(3700);
        platform.finish_work().await;
        assert!(read(&reviewer, &fresh, "en").await.contains("7 mg"), "what she has read is what is shown");

        // A file that only a proposal of a published course uses.
        let other = manager.uploads(&clips::clip(8), "other.mp4", "video/mp4").await;
        platform.finish_work().await;
        assert_eq!(captioned(&manager, &other, "en", DOSE).await.status, 204);
        let lesson = json!({"title": "第二课", "resource": other});
        manager.post(&format!("/api/v1/courses/{}/lessons", taught.course), &lesson).await.expect(201);
        assert_eq!(captioned(&manager, &other, "en", &DOSE.replace("5 mg", "6 mg")).await.status, 204, "put together still");
        manager.post(&format!("/api/v1/courses/{}/submit", taught.course), &json!({})).await.expect(200);
        assert_eq!(captioned(&manager, &other, "en", &DOSE.replace("5 mg", "50 mg")).await.status, 202);
    }
}
