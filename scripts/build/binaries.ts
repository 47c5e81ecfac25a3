// dist/binaries: the unmodified WebAssembly of TensorFlow.js's wasm backend. As modules for browsers, where
// backproof/wasm-training loads them, and as a file for the program, which bundles the backend's JavaScript.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';
import { packageRoot } from '../../src/system/packageRoot.ts';

const modules = {
  simd: 'tfjs-backend-wasm-simd.wasm',
  threadedSimd: 'tfjs-backend-wasm-threaded-simd.wasm',
} as const;

/** Writes dist/binaries. */
export async function buildBinaries(): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  const folder = join(packageRoot(), 'dist', 'binaries');
  await mkdir(folder, { recursive: true });
  for (const [name, file] of Object.entries(modules)) {
    const base64 = await readFile(join(dirname(manifest), 'dist', file), 'base64');
    await writeFile(
      join(folder, `${name}.js`),
      `export const version = '${version}';
export const binary = Uint8Array.from(atob('${base64}'), (character) => character.charCodeAt(0));\n`,
    );
  }
  await copyFile(join(dirname(manifest), 'dist', modules.simd), join(folder, modules.simd));
  await writeFile(join(folder, 'NOTICE.txt'), notice(version));
}

/** Keeps the modules in separate files, in whatever bundle their loader is. */
export const binariesPlugin: Plugin = {
  name: 'binaries',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/binaries\// }, ({ path }) => ({ path, external: true }));
  },
};

const notice = (version: string): string => `The files here contain the WebAssembly of
@tensorflow/tfjs-backend-wasm ${version}, unmodified. Copyright Google LLC, Apache-2.0: see LICENSE of this package.

It contains XNNPACK: BSD License, Copyright (c) Facebook, Inc. and its affiliates. All rights reserved.
Copyright 2019 Google LLC.

Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
following conditions are met:

* Redistributions of source code must retain the above copyright notice, this list of conditions and the following
  disclaimer.
* Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
  disclaimer in the documentation and/or other materials provided with the distribution.
* Neither the name Facebook nor the names of its contributors may be used to endorse or promote products derived from
  this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF
THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
`;
