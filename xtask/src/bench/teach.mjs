// Which lesson is to be measured? Uploads a clip and makes a lesson of it; gives its path when everything is encoded.
// Arguments: address, sign-ins, how long to wait for the encodings in seconds, the clip.
import { readFileSync } from "node:fs";
import { peopleOf, teach, tokenOf, waitForEncodings } from "./people.mjs";

const [address, signIns, patience, clip] = process.argv.slice(2);
const manager = await tokenOf(address, peopleOf(signIns, "content-manager")[0]);
const lesson = await teach(address, manager, readFileSync(clip));
await waitForEncodings(address, manager, Number(patience));
await lesson.publish();
process.stdout.write(lesson.path);
