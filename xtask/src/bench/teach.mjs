// Which lesson is to be measured? Uploads a clip and makes a lesson of it, or takes the first there is; gives its path
// when everything is encoded. Arguments: address, sign-ins, how long to wait for the encodings in seconds, the clip.
import { readFileSync } from "node:fs";
import { firstLesson, peopleOf, teach, tokenOf, waitForEncodings } from "./people.mjs";

const [address, signIns, patience, clip] = process.argv.slice(2);
const manager = await tokenOf(address, peopleOf(signIns, "content-manager")[0]);
const made = clip ? await teach(address, manager, readFileSync(clip)) : undefined;
await waitForEncodings(address, manager, Number(patience));
if (made) await made.publish();
const learner = await tokenOf(address, peopleOf(signIns, "learner")[0]);
process.stdout.write(made ? made.path : (await firstLesson(address, learner)).lesson);
