// Imported into the process of a trial in front of everything else: a trial whose sweep is gone would write into a folder that
// the resumed sweep's trial writes into too, so it goes with it. The channel between the two is cut in whatever way the sweep ends.
import process from "node:process";

if (process.channel) {
  process.on("disconnect", () => process.exit(130));
  // By itself the channel keeps no trial alive that is done.
  process.channel.unref();
}
