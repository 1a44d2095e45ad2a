//! What is left when the server is killed? `kill -9` during an upload, a transcoding and a minute of watching.

use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::person::event;
use crate::support::program::is_alive;
use crate::support::{Person, clips, faults};

/// Asks for a resource until it is as wanted.
async fn until(person: &Person, id: &str, is_right: impl Fn(&Value) -> bool) -> Value {
    loop {
        let resource = person.resource(id).await;
        if is_right(&resource) {
            return resource;
        }
        assert_ne!(resource["stage"], "failed", "{resource}");
        tokio::task::yield_now().await;
    }
}

both! {
    async fn nothing_acknowledged_is_lost_by_a_kill(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let column = json!({"slug": "skills", "title": {"zh": "基本技能"}});
        manager.post("/api/v1/columns", &column).await.expect(201);

        let server = platform.run_program().await;
        let manager = manager.at(&server.address);
        let clip = clips::clip(180);
        let location = manager.opens_upload(clip.len(), "talk.mp4", "video/mp4").await;
        let id = location.rsplit('/').next().unwrap();
        let half = clip.len() / 2;
        assert_eq!(manager.sends(&location, 0, &clip[..half]).await.status(), 204);
        let (link, sending) = manager.sends_slowly(&location, half);
        link.unbounded_send(Ok(clip[half..half + 1000].to_vec())).unwrap();
        server.kill().await;
        assert!(sending.await.unwrap().is_err(), "these bytes were never acknowledged");

        let server = platform.run_program().await;
        let manager = manager.at(&server.address);
        let at = manager.offset_of(&location).await.unwrap();
        assert!(at >= half, "{at} of {half} acknowledged bytes");
        assert_eq!(manager.sends(&location, at, &clip[at..]).await.status(), 204);
        until(&manager, id, |resource| resource["stage"] == "transcoding" && !server.children().is_empty()).await;
        let transcoders = server.children();
        server.kill().await;
        while transcoders.iter().any(|id| is_alive(*id)) {
            tokio::task::yield_now().await;
        }

        let server = platform.run_program().await;
        let manager = manager.at(&server.address);
        let resource = manager.get(&format!("/api/v1/resources/{id}")).await.expect(200);
        assert_eq!((&resource["stage"], &resource["renditions"]), (&json!("transcoding"), &json!([])), "nothing half made");
        let ready = until(&manager, id, |resource| resource["stage"] == "ready").await;
        assert!(ready["duration_ms"].as_i64() >= Some(179_000), "{ready}");
        let course = manager.adds_course("skills", "手卫生").await;
        let lesson = manager.adds_lesson(&course, "六步洗手法", id).await;
        manager.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
        let learner = learner.at(&server.address);
        let now_ms = platform.library.clock.now_ms();
        let report = json!({"session": "tonight", "events": [event("first", &lesson, &[(0, 9)], now_ms)]});
        let receipts = learner.post("/api/v1/watch", &report).await.expect(200);
        server.kill().await;

        let server = platform.run_program().await;
        let learner = learner.at(&server.address);
        let position = learner.get(&format!("/api/v1/lessons/{lesson}/position")).await.expect(200);
        assert_eq!((&position["intervals_ms"], &position["position_ms"]), (&json!([[0, 9000]]), &json!(9000)));
        assert_eq!(learner.post("/api/v1/watch", &report).await.expect(200), receipts, "asked again, answered alike");
        assert_eq!(faults(&platform.library).await, Vec::<String>::new());
        server.kill().await;
    }

    async fn an_index_killed_while_it_is_written_is_whole_again(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.published_lesson(&manager, 6).await;
        let before = learner.get("/api/v1/search?q=%E8%A1%80%E5%8E%8B").await.expect(200);
        let mut killed = 0;
        for changes in 1..12 {
            killed += usize::from(platform.kill_reindex(changes).await);
            let again = platform.under(|settings| settings).await;
            content::search::catch_up(&again).await.unwrap();
            let there = learner.at(&platform.serve(&again).await);
            let after = there.get("/api/v1/search?q=%E8%A1%80%E5%8E%8B").await.expect(200);
            assert_eq!(after["total"], before["total"], "after {changes} changes");
        }
        assert!(killed > 2, "it was killed {killed} times only");
    }
}
