// Makes the bookkeeping of TensorFlow.js 4.22 around every op cheaper where TensorFlow.js is bundled: for small tensors
// it takes longer than the work. No result changes.
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import { applyPatch, type Patch } from './patches.ts';

/**
 * A WeakMap that stores its values on the keys, which are objects made by TensorFlow.js itself, one for each tensor's
 * data.
 */
const slots = `class Slots {
  slot = Symbol('data');
  get(key) { return key[this.slot]; }
  has(key) { return key[this.slot] !== undefined; }
  set(key, value) { key[this.slot] = value; return this; }
  delete(key) { const had = this.has(key); if (had) key[this.slot] = undefined; return had; }
}`;

export const bookkeepingPatches: readonly Patch[] = [
  {
    file: 'tfjs-core/dist/engine.js',
    why: 'the record of the data of a tensor is kept on its identity, not in a WeakMap, which garbage collection walks; a scope makes no closures, nor sets of tensors where it ends with one or none; a kernel is looked up once and runs without closures; copies saved for a gradient are on the tape only where that gradient itself is differentiated',
    imports: slots,
    edits: [
      ['new WeakMap()', 'new Slots()', 1],
      ['const accumulatedGradientMap = {};', 'const accumulatedGradientMap = new Map();', 1],
      [
        'accumulatedGradientMap[y.id] = (dy == null) ? ones(y.shape) : dy;',
        'accumulatedGradientMap.set(y.id, (dy == null) ? ones(y.shape) : dy);',
        1,
      ],
      ['accumulatedGradientMap[x.id]', 'accumulatedGradientMap.get(x.id)', 1],
      [
        'const hasKernel = getKernel(kernelName, this.backendName) != null;\n        if (!hasKernel) {',
        'const kernel = getKernel(kernelName, this.backendName);\n        if (kernel == null) {',
        1,
      ],
      [
        'return this.runKernelFunc({ kernelName, inputs, attrs });',
        'return this.runKernelFunc({ kernelName, inputs, attrs, kernel });',
        1,
      ],
      [
        'runKernelFunc(kernelParams) {\n',
        `runKernelFunc(kernelParams) {
        const { flags } = this.ENV;
        if (kernelParams.kernel && !this.state.profiling && flags.DEBUG === false && flags.IS_TEST === false) {
            return this.runOnce(kernelParams);
        }
`,
        1,
      ],
      [
        'saveTensorsForBackwardMode(tensors) {\n',
        `runOnce({ kernelName, inputs, attrs, kernel }) {
        const isTapeOn = this.isTapeOn();
        let out, outputs, saved;
        this.state.kernelDepth++;
        try {
            out = kernel.kernelFunc({ inputs, attrs, backend: this.backend });
            const tensorOf = (info) => info.rank != null ? info : this.makeTensorFromTensorInfo(info);
            outputs = Array.isArray(out) ? out.map(tensorOf) : [tensorOf(out)];
            if (isTapeOn)
                saved = this.saveTensorsForBackwardMode(this.getTensorsForGradient(kernelName, inputs, outputs));
        } finally { this.state.kernelDepth--; }
        if (isTapeOn) this.addTapeNode(kernelName, inputs, outputs, null, saved, attrs);
        return Array.isArray(out) ? outputs : outputs[0];
    }
    saveTensorsForBackwardMode(tensors) {
`,
        1,
      ],
      [
        'this.addTapeNode(this.state.activeScope.name, inputs, [y], grad, saved, {});',
        'if (this.state.gradientDepth > 1) this.addTapeNode(this.state.activeScope.name, inputs, [y], grad, saved, {});',
        1,
      ],
      [
        'endScope(result) {\n',
        `endScope(result) {
        if (result == null || result instanceof Tensor) {
            const { activeScope, scopeStack } = this.state;
            const id = result?.id;
            for (let i = 0; i < activeScope.track.length; i++) {
                const tensor = activeScope.track[i];
                if (!tensor.kept && tensor.id !== id) tensor.dispose();
            }
            scopeStack.pop();
            this.state.activeScope = scopeStack.length === 0 ? null : scopeStack[scopeStack.length - 1];
            if (result != null && !result.kept && result.scopeId === activeScope.id) this.track(result);
            return;
        }
`,
        1,
      ],
      [
        `return this.scopedRun(() => this.startScope(name), () => this.endScope(result), () => {
            result = fn();
            if (result instanceof Promise) {
                console.error('Cannot return a Promise inside of tidy.');
            }
            return result;
        });`,
        `this.startScope(name);
        try {
            result = fn();
            if (result instanceof Promise) {
                console.error('Cannot return a Promise inside of tidy.');
            }
            this.endScope(result);
            return result;
        } catch (ex) {
            this.endScope(result);
            throw ex;
        }`,
        1,
      ],
      [
        `this.scopedRun(
        // Stop recording to a tape when running a kernel.
        () => this.state.kernelDepth++, () => this.state.kernelDepth--, () => {`,
        `// Stop recording to a tape when running a kernel.
        this.state.kernelDepth++;
        try {`,
        1,
      ],
      [
        `outputs = kernelProfile.outputs;
            }
        });`,
        `outputs = kernelProfile.outputs;
            }
        } finally { this.state.kernelDepth--; }`,
        1,
      ],
    ],
  },
  {
    file: 'tfjs-core/dist/backends/backend.js',
    why: 'so are the data of a tensor',
    imports: slots,
    edits: [['new WeakMap()', 'new Slots()', 1]],
  },
  {
    file: 'tfjs-core/dist/kernel_registry.js',
    why: 'the key of a kernel, which every op asks for twice, is a string that is made once; the kernels of a backend are found without taking every key apart',
    imports: 'const keys = new Map();',
    edits: [
      [
        "const [backend,] = key.split('_');\n        if (backend === backendName) {",
        "if (key.startsWith(backendName + '_')) {",
        1,
      ],
      [
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of TensorFlow.js
        'return `${backendName}_${kernelName}`;',
        `let ofBackend = keys.get(backendName);
    if (ofBackend === undefined) keys.set(backendName, ofBackend = new Map());
    let key = ofBackend.get(kernelName);
    if (key === undefined) ofBackend.set(kernelName, key = backendName + '_' + kernelName);
    return key;`,
        1,
      ],
    ],
  },
  {
    file: 'tfjs-core/dist/tape.js',
    why: 'tensors that were seen are in sets, their gradients in a map and nodes in arrays: as properties, the ids of a long run are sparse indices; the inputs of a node are looked up once',
    edits: [
      ['const tensorsFromX = {};', 'const tensorsFromX = new Set();', 1],
      ['const nodesFromX = {};', 'const nodesFromX = new Uint8Array(tape.length);', 1],
      ['for (let j = 0; j < xs.length; j++) {', 'for (let j = 0; j < 1; j++) {', 1],
      ['Object.assign({}, node)', '{ ...node }', 1],
      ['const tensorsLeadToY = {};', 'const tensorsLeadToY = new Set();', 1],
      ['const nodesToY = {};', 'const nodesToY = new Uint8Array(tape.length);', 1],
      ['tensorsFromX[xs[i].id] = true;', 'tensorsFromX.add(xs[i].id);', 1],
      ['if (tensorsFromX[input.id])', 'if (tensorsFromX.has(input.id))', 1],
      ['tensorsFromX[output.id] = true', 'tensorsFromX.add(output.id)', 1],
      ['nodesFromX[node.id] = true;', 'nodesFromX[i] = 1;', 1],
      ['tensorsLeadToY[y.id] = true;', 'tensorsLeadToY.add(y.id);', 1],
      ['if (tensorsLeadToY[node.outputs[j].id])', 'if (tensorsLeadToY.has(node.outputs[j].id))', 1],
      [
        'tensorsLeadToY[nodeInputs[inputName].id] = true;',
        'tensorsLeadToY.add(nodeInputs[inputName].id);',
        1,
      ],
      ['nodesToY[node.id] = true;', 'nodesToY[i] = 1;', 1],
      ['nodesFromX[node.id] && nodesToY[node.id]', 'nodesFromX[i] && nodesToY[i]', 1],
      ['if (tensorsFromX[nodeInput.id])', 'if (tensorsFromX.has(nodeInput.id))', 1],
      [
        'export function backpropagateGradients(tensorAccumulatedGradientMap, filteredTape, tidy, add) {\n',
        `export function backpropagateGradients(tensorAccumulatedGradientMap, filteredTape, tidy, add) {
    // The tests of TensorFlow.js pass an object.
    const map = tensorAccumulatedGradientMap instanceof Map ? tensorAccumulatedGradientMap : {
        get: (id) => tensorAccumulatedGradientMap[id],
        set: (id, gradient) => { tensorAccumulatedGradientMap[id] = gradient; },
    };
`,
        1,
      ],
      ['tensorAccumulatedGradientMap[o.id];', 'map.get(o.id);', 1],
      ['tensorAccumulatedGradientMap[x.id] == null', 'map.get(x.id) == null', 1],
      ['tensorAccumulatedGradientMap[x.id] = dx;', 'map.set(x.id, dx);', 1],
      ['tensorAccumulatedGradientMap[x.id];', 'map.get(x.id);', 1],
      [
        'tensorAccumulatedGradientMap[x.id] = add(curGradient, dx);',
        'map.set(x.id, add(curGradient, dx));',
        1,
      ],
    ],
  },
  {
    file: 'tfjs-backend-cpu/dist/utils/binary_impl.js',
    why: 'one number beside a tensor is broadcast without a look at the place of every element; tensors of one size are walked without divisions',
    edits: [
      [
        'if (aBroadcastDims.length + bBroadcastDims.length === 0) {',
        `if (aVals.length === result.length && bVals.length === result.length) {
            for (let i = 0; i < result.length; ++i) result[i] = op(aVals[i], bVals[i]);
        } else if (aVals.length === 1 || bVals.length === 1 || aBroadcastDims.length + bBroadcastDims.length === 0) {`,
        1,
      ],
    ],
  },
];

/** The same patches for the program, whose licences list the changes. */
export const bookkeepingPlugin: Plugin = {
  name: 'bookkeeping',
  setup(build) {
    build.onLoad({ filter: /[\\/]tfjs-(core|backend-cpu)[\\/]dist[\\/].*\.js$/ }, async ({ path }) => {
      const name = path.replaceAll('\\', '/');
      const patch = bookkeepingPatches.find(({ file }) => name.endsWith(`/@tensorflow/${file}`));
      if (!patch) return undefined;
      const patched = applyPatch(patch, await readFile(path, 'utf8'));
      return {
        contents: `/*! @tensorflow/${patch.file} was modified: ${patch.why} */\n${patched}`,
        loader: 'js',
      };
    });
  },
};
