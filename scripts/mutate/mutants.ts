// Small mistakes that can be put into a source file: the places, and what would stand there instead.
import { type ParseResult, parse } from '@babel/parser';
import type { File, Node } from '@babel/types';

/** One mistake: the characters from start to end of a file replaced. */
export interface Mutant {
  /** Relative to the repository, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly before: string;
  readonly after: string;
  /** The range of the expression or statement that can stand beside its mistaken twin; null if none can. */
  readonly within: readonly [start: number, end: number] | null;
}

const COMPARED: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
};
const COMPUTED: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '**': '*',
  '%': '*',
  '&': '|',
  '|': '&',
  '^': '&',
  '<<': '>>',
  '>>': '<<',
  '>>>': '<<',
};
const ASSIGNED: Readonly<Record<string, string>> = { '+=': '-=', '-=': '+=', '*=': '/=', '/=': '*=' };
const METHODS: ReadonlyMap<string, string> = new Map([
  ['max', 'min'],
  ['min', 'max'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
  ['some', 'every'],
  ['every', 'some'],
]);

/** Nodes of types that hold an expression; what is in all others that begin with TS is no program. */
const EXPRESSIONS_IN_TYPES = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);

/** Every mutant of a file, in the order of their places. Text is not mutated: imports, types, messages of errors. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const found: Mutant[] = [];
  const ast: ParseResult<File> = parse(source, { sourceType: 'module', plugins: ['typescript', 'jsx'] });
  const text = ({ start, end }: Node): string => source.slice(start!, end!);
  const put = (kind: string, node: Node, after: string, whole: Node | null = node): void => {
    const { start, end } = node as { start: number; end: number };
    const line = source.slice(0, start).split('\n').length;
    const within = whole && ([whole.start!, whole.end!] as const);
    found.push({ file, line, start, end, kind, before: source.slice(start, end), after, within });
  };
  /** The operator stands between its operands, with nothing but spaces, comments and brackets beside it. */
  const operator = (kind: string, whole: Node, left: Node, right: Node, is: string, after: string): void => {
    const start = source.indexOf(is, left.end!);
    if (start >= 0 && start < right.start!)
      put(kind, { ...left, start, end: start + is.length }, after, whole);
  };

  visit(ast.program, null, (node, parent) => {
    switch (node.type) {
      case 'BinaryExpression': {
        const compared = COMPARED[node.operator];
        const computed = COMPUTED[node.operator];
        if (compared !== undefined)
          operator('comparison', node, node.left, node.right, node.operator, compared);
        else if (computed !== undefined && !(node.operator === '+' && isText(node)))
          operator('arithmetic', node, node.left, node.right, node.operator, computed);
        break;
      }
      case 'LogicalExpression':
        if (node.operator === '??') put('fallback left out', node, text(node.left));
        else
          operator('logic', node, node.left, node.right, node.operator, node.operator === '&&' ? '||' : '&&');
        break;
      case 'UnaryExpression':
        if (node.operator === '!' || node.operator === '-')
          put(node.operator === '!' ? 'not' : 'sign', node, text(node.argument));
        break;
      case 'ConditionalExpression':
        put('branches exchanged', node.test, `!(${text(node.test)})`);
        break;
      case 'IfStatement':
        put('always', node.test, 'true');
        put('never', node.test, 'false');
        break;
      case 'NumericLiteral':
        put(
          'number',
          node,
          node.value === 0 ? '1' : node.value === 1 ? '0' : `(${text(node)} * 2)`,
          isKey(node, parent) ? null : node,
        );
        break;
      case 'BooleanLiteral':
        put('boolean', node, String(!node.value));
        break;
      case 'MemberExpression': {
        const name = node.property.type === 'Identifier' && !node.computed ? node.property.name : '';
        const other = METHODS.get(name);
        // A method keeps its object only as part of its call.
        const whole = parent?.type === 'CallExpression' && parent.callee === node ? parent : node;
        const isSet = parent?.type === 'AssignmentExpression' && parent.left === node;
        if (other !== undefined && !isSet) put('method', node.property, other, whole);
        break;
      }
      case 'AssignmentExpression': {
        const other = ASSIGNED[node.operator];
        if (other !== undefined && !isText(node.right))
          operator('arithmetic', node, node.left, node.right, node.operator, other);
        break;
      }
      case 'ExpressionStatement':
        put('statement left out', node, ';');
        break;
      case 'ContinueStatement':
        put('statement left out', node, ';');
        break;
    }
  });
  return found.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

/** A sum of text: there is no difference of it. */
function isText(node: Node): boolean {
  if (node.type === 'StringLiteral' || node.type === 'TemplateLiteral') return true;
  return node.type === 'BinaryExpression' && (isText(node.left) || isText(node.right));
}

/** The name of a property. */
const isKey = (node: Node, parent: Node | null): boolean =>
  parent !== null && 'key' in parent && parent.key === node && !('computed' in parent && parent.computed);

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

function visit(node: Node, parent: Node | null, look: (node: Node, parent: Node | null) => void): void {
  if (node.type.startsWith('TS') && !EXPRESSIONS_IN_TYPES.has(node.type)) return;
  if (node.type === 'ImportDeclaration' || node.type === 'ThrowStatement') return;
  look(node, parent);
  for (const [key, value] of Object.entries(node)) {
    if (key === 'loc' || key.endsWith('Comments') || key === 'typeAnnotation') continue;
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, node, look);
  }
}
