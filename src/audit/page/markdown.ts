import { markdownTable } from '../../system/text.ts';
import { codeOf } from '../expression.ts';
import { floatInputs } from '../gradientOf.ts';
import type { Example } from './examples.ts';

/**
 * The page of faults: a table of wrong, refused and missing gradients, and for each row a program that reproduces it on
 * plain TensorFlow.js.
 */
export function faultsMarkdown(examples: readonly Example[]): string {
  const numbered = examples.map((example, at) => ({ ...example, number: at + 1 }));
  const wrong = numbered.filter(({ deviation }) => deviation !== null);
  const refused = numbered.filter(
    ({ fault, deviation }) => deviation === null && fault.missing === undefined,
  );
  const missing = numbered.filter(({ fault }) => fault.missing !== undefined);
  const columns = ['', 'op', 'backend', 'why', 'fixed by', 'upstream'].map((label) => ({
    label,
    text: label !== '',
  }));
  const rowsOf = (some: typeof numbered): string[][] =>
    some.map(({ number, fault, subject }) => [
      `[${number}](#${number})`,
      `\`${subject.op}\``,
      fault.backends.length === 4 ? 'every one' : fault.backends.join(', '),
      fault.reason,
      fault.fixedBy === null ? 'nothing' : `\`${fault.fixedBy}\``,
      fault.upstream
        .map((issue) => `[#${issue}](https://github.com/tensorflow/tfjs/issues/${issue})`)
        .join(', '),
    ]);
  const sections = [
    ['Wrong', wrong],
    ['Refused, although the forward works', refused],
    ['Missing', missing],
  ] as const;
  return [
    ...sections.flatMap(([title, some]) =>
      some.length === 0 ? [] : [`## ${title}`, markdownTable(columns, rowsOf(some))],
    ),
    '## Repeats',
    ...numbered.map(
      (example) => `### ${example.number}\n\n\`\`\`js\n${repeatOf(example).join('\n')}\n\`\`\``,
    ),
  ].join('\n\n');
}

const PACKAGES = {
  cpu: ["import * as tf from '@tensorflow/tfjs';", "await tf.setBackend('cpu');"],
  wasm: [
    "import * as tf from '@tensorflow/tfjs';",
    "import '@tensorflow/tfjs-backend-wasm';",
    "await tf.setBackend('wasm');",
  ],
  native: ["import * as tf from '@tensorflow/tfjs-node';"],
} as const;

/** A program of about ten lines that shows the fault. */
function repeatOf({ fault, backend, subject, dy, deviation, refusal }: Example): string[] {
  const names = floatInputs(subject).join(', ');
  const tensors = Object.entries(subject.inputs).map(
    ([name, { shape, values, dtype }]) =>
      `const ${name} = tf.tensor(${list(values)}, ${list(shape)}${dtype === 'float32' ? '' : `, '${dtype}'`});`,
  );
  const head = [
    `// ${subject.op}: ${fault.reason}`,
    ...PACKAGES[backend as keyof typeof PACKAGES],
    ...tensors,
    `const f = (${names}) => ${codeOf(subject.expression)};`,
  ];
  if (deviation?.input === null)
    return [...head, `console.log(f(${names}).dataSync());`, ...comments(deviation.came, deviation.right)];
  const place = deviation === null ? 0 : floatInputs(subject).indexOf(deviation.input!);
  return [
    ...head,
    `const dy = tf.tensor(${list(dy.values)}, ${list(dy.shape)});`,
    `const gradients = tf.grads(f)([${names}], dy);`,
    `console.log(gradients[${place}].dataSync());`,
    ...(deviation === null ? [`// throws: ${refusal}`] : comments(deviation.came, deviation.right)),
  ];
}

const comments = (came: readonly number[], right: readonly number[]): string[] => [
  `// came:  ${list(came)}`,
  `// right: ${list(right)}`,
];

const list = (values: readonly number[]): string =>
  `[${values.map((value) => String(Number(value.toPrecision(6)))).join(', ')}]`;
