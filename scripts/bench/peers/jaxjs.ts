// jax-js on its wasm backend: one compiled step, with gradients from valueAndGrad. File and protocol as in problem.py.
// The bench bundles it and runs `node jaxjs.js FILE`; BACKPROOF_PEERS_MODULES names the folder that contains the
// package.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const SIDE = 5;
const OUT = 17 - SIDE;
const modules = process.env.BACKPROOF_PEERS_MODULES ?? '';
const entry = join(modules, '@jax-js', 'jax', 'dist', 'index.js');
const { defaultDevice, init, jit, nn, numpy: np, valueAndGrad } = await import(pathToFileURL(entry).href);
await init('wasm');
defaultDevice('wasm');

const { buffer } = Uint8Array.from(await readFile(process.argv[2] ?? ''));
const [samples = 0, epochs = 0] = new Int32Array(buffer, 0, 2);
const [rate = 0, ...floats] = new Float32Array(buffer, 8);
const take = (count: number): Float32Array => Float32Array.from(floats.splice(0, count));
const images = Array.from({ length: samples }, () =>
  np.array(patchesOf(take(256)), { shape: [OUT ** 2, SIDE ** 2] }),
);
const classes = take(samples);
const labels = Array.from(classes, (label) => np.array(label));
const start = { kernel: take(SIDE ** 2), weight: take(OUT ** 2), bias: floats[0] };

/** The windows of an image under the kernel, one per row: [144, 25]. */
function patchesOf(image: Float32Array): Float32Array {
  const patches = new Float32Array(OUT ** 2 * SIDE ** 2);
  let at = 0;
  for (let i = 0; i < OUT; i++)
    for (let j = 0; j < OUT; j++)
      for (let a = 0; a < SIDE; a++)
        for (let b = 0; b < SIDE; b++) patches[at++] = image[(i + a) * 16 + j + b] ?? 0;
  return patches;
}

/** The part of jax-js's array that is used here. */
interface NdArray {
  readonly ref: NdArray;
  add(other: NdArray): NdArray;
  sub(other: NdArray): NdArray;
  mul(other: NdArray | number): NdArray;
  dispose(): void;
  dataSync(): Float32Array;
}
type Parameters = { kernel: NdArray; weight: NdArray; bias: NdArray };

// jax-js requires a reference for every use of an array except the last.
const gradients: (
  parameters: Parameters,
  patches: NdArray,
  label: NdArray,
) => [[loss: NdArray, logit: NdArray], Parameters] = valueAndGrad(
  ({ kernel, weight, bias }: Parameters, patches: NdArray, label: NdArray) => {
    const logit = np.dot(nn.relu(np.dot(patches, kernel)), weight).add(bias);
    return [nn.softplus(logit.ref).sub(label.mul(logit.ref)), logit];
  },
  { hasAux: true },
);
/** One step: returns the new parameters, and the logit before it. */
const descend = jit((kernel: NdArray, weight: NdArray, bias: NdArray, patches: NdArray, label: NdArray) => {
  const [[loss, logit], slope] = gradients(
    { kernel: kernel.ref, weight: weight.ref, bias: bias.ref },
    patches,
    label,
  );
  loss.dispose();
  return [
    kernel.sub(slope.kernel.mul(rate)),
    weight.sub(slope.weight.mul(rate)),
    bias.sub(slope.bias.mul(rate)),
    logit,
  ];
});

function train(): number[] {
  let [kernel, weight, bias] = [np.array(start.kernel), np.array(start.weight), np.array(start.bias)];
  const logits: number[] = [];
  for (let step = 0; step < epochs * samples; step++) {
    const sample = step % samples;
    let logit: NdArray;
    [kernel, weight, bias, logit] = descend(kernel, weight, bias, images[sample].ref, labels[sample].ref);
    // Read at every step: otherwise pending work piles up, and each step takes longer than the one before.
    logits[sample] = logit.dataSync()[0]!;
  }
  for (const last of [kernel, weight, bias]) last.dispose();
  return logits;
}

for await (const _ of createInterface({ input: process.stdin })) {
  const started = performance.now();
  const logits = train();
  const milliseconds = performance.now() - started;
  const losses = logits.map((logit, sample) => {
    const prediction = 1 / (1 + Math.exp(-logit));
    return -Math.log((classes[sample] === 1 ? prediction : 1 - prediction) + 1e-7);
  });
  console.log(`${milliseconds} ${losses.reduce((sum, loss) => sum + loss, 0) / samples}`);
}
