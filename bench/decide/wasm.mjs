// Times the WebAssembly of the core: `node wasm.mjs MODULE ROUNDS` answers one line of JSON.
import { readFile } from "node:fs/promises";

const [, , path, rounds] = process.argv;
const { instance } = await WebAssembly.instantiate(await readFile(path), {});
const { prepare, answer, answers_digest } = instance.exports;
const questions = prepare();
for (let warm = 0; warm < 50; warm += 1) answer();
const times = [];
for (let round = 0; round < Number(rounds); round += 1) {
    const begin = process.hrtime.bigint();
    answer();
    times.push(Number(process.hrtime.bigint() - begin) / questions);
}
times.sort((a, b) => a - b);
console.log(
    JSON.stringify({
        nanoseconds: times[times.length >> 1],
        digest: BigInt.asUintN(64, answers_digest()).toString(16),
    }),
);
