import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kind, pick, type Random, whole } from '../kind.ts';
import { mutatedBytes, mutatedJson } from '../mutate.ts';
import { judgeRead, Readers } from '../readers.ts';

const settings = JSON.stringify({
  data: 'synthetic',
  positive: 1,
  negative: 8,
  perClass: 10,
  seed: 1,
  epochs: 3,
  learningRate: 0.1,
  kernelSize: 5,
  engine: 'manual',
  loss: 'logits',
  backend: 'cpu',
  out: 'out',
  offline: true,
});

/** Files of images and settings with changed bytes or values: they must be read, or refused in one line. */
export const inputs: Kind = {
  async start({ root }) {
    const readers = new Readers(root);
    const plain = Buffer.from(imageLines(300));
    const { stdout: packed, status } = spawnSync('bzip2', ['-9', '-c'], { input: plain });
    const files: Readonly<Record<string, Buffer>> = status === 0 ? { plain, packed } : { plain };
    return {
      async trial(random, folder) {
        const path = join(folder, 'file');
        const name = pick(random, [...Object.keys(files), 'settings']);
        if (name === 'settings') {
          const json = random() < 0.7;
          const { how } = json ? writeJson(path, random) : writeBytes(path, Buffer.from(settings), random);
          const problem = judgeRead(await readers.read({ kind: 'settings', path, out: '' }));
          return problem && `settings: ${how}: ${problem}`;
        }
        const { how } =
          random() < 0.02 && name === 'packed'
            ? writeBomb(path, files.packed!, random)
            : writeBytes(path, files[name]!, random);
        const problem = judgeRead(await readers.read({ kind: 'images', path, out: '' }));
        return problem && `images, ${name}: ${how}: ${problem}`;
      },
      async stop() {
        readers.stop();
      },
    };
  },
};

function writeJson(path: string, random: Random): { readonly how: string } {
  const { text, how } = mutatedJson(settings, random);
  writeFileSync(path, text);
  return { how };
}

function writeBytes(path: string, bytes: Uint8Array, random: Random): { readonly how: string } {
  const mutated = mutatedBytes(bytes, random);
  writeFileSync(path, mutated.bytes);
  return { how: mutated.how };
}

/** The same stream over and over, which unpacks to hundreds of times its size. */
function writeBomb(path: string, packed: Buffer, random: Random): { readonly how: string } {
  const times = whole(random, 340, 1500);
  writeFileSync(path, Buffer.concat(Array(times).fill(packed)));
  return { how: `${times} times` };
}

/** Images in the libsvm format, similar enough to compress well. */
const imageLines = (count: number): string =>
  Array.from(
    { length: count },
    (_, image) =>
      `${(image % 10) + 1} ${Array.from({ length: 256 }, (_, at) => `${at + 1}:${at % 7 === image % 7 ? 0.5 : -1}`).join(' ')}\n`,
  ).join('');
