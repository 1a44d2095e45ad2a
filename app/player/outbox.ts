// What was watched earlier and never acknowledged? (an entry: every signed-in page without a player)
import { Courier } from "./courier";
import { Outbox } from "./unsent";
import { say } from "./words";

const person = document.body.dataset.person;
if (person) {
  const courier = new Courier(new Outbox(person), person, "", ({ unsent }) => {
    const place = document.getElementById("unsent-count");
    if (!place) return;
    place.textContent = say(place.dataset.text || "{count}", { count: unsent });
    place.hidden = !unsent;
  });
  courier.report([]);
  courier.send();
}
