/** Habits and mistakes of modules, as statements: at the top level, or inside a forward. */
export const fragments: Readonly<Record<string, string>> = {
  // Processes and channels.
  'the idiom of PM2': "process.send('ready');",
  'the idiom of PM2, carefully': "process.send?.('ready'); process.send?.(null);",
  'an exit': 'process.exit(0);',
  'an exit code': 'process.exitCode = 0;',
  'an exit, caught': 'try { process.exit(0); } catch {}',
  'an abort': 'process.abort();',
  'a kill': "process.kill(process.pid, 'SIGKILL');",
  'a polite kill': "process.kill(process.pid, 'SIGTERM');",
  'a real exit': 'process.reallyExit(0);',
  'an exit in a handler': "process.on('exit', () => { process.exitCode = 0; });",
  'an exit before the exit': "process.on('beforeExit', () => process.exit(0));",
  'a handler of everything': "process.on('uncaughtException', () => {});",
  'no handlers at all': 'process.removeAllListeners();',
  'a program that stays':
    "spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });",
  'a timer that stays': 'setInterval(() => {}, 1000);',
  'a server that stays': "createServer().listen(0, '127.0.0.1');",
  'a thread that stays': "new Worker('setInterval(() => {}, 1000)', { eval: true });",
  'closed files': 'for (let fd = 0; fd < 40; fd++) try { closeSync(fd); } catch {}',
  'a closed channel': 'closeSync(3);',
  'a closed watch': 'closeSync(4);',
  'words into the channel': "for (const fd of [3, 4]) try { writeSync(fd, 'ready\\n'); } catch {}",
  'a forged verdict':
    "for (const message of [{ kind: 'loaded', specs: [], all: [] }, { kind: 'report', report: { exportedAs: 'wrong', name: 'wrong', status: 'pass', message: '' } }, { kind: 'done' }]) writeSync(3, '\\n' + serialize(message).toString('base64') + '\\n' + JSON.stringify(message) + '\\n');",
  'a flood of words': "for (let line = 0; line < 2000; line++) console.log('x'.repeat(500));",
  'another working directory': "process.chdir('/');",
  'no environment': 'process.env = {};',
  'other arguments': "process.argv = ['node', '/etc/passwd', '--quiet'];",
  // Code that never ends.
  'an endless loop': 'for (;;);',
  'a long computation': 'for (const until = Date.now() + 700; Date.now() < until; );',
  'an endless recursion': 'const f = () => f() + 1; f();',
  'an endless list': 'const list = []; for (;;) list.push(new Array(1e6).fill(list.length));',
  // Errors.
  'an error': "throw new Error('no');",
  'a thrown symbol': "throw Symbol('x');",
  'a thrown null': 'throw null;',
  'a thrown trap': "throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw Symbol('y'); } });",
  'a thrown object without a prototype': 'throw Object.create(null);',
  'a thrown document': "throw new Error('x'.repeat(100000));",
  'an error with control characters': "throw new Error('red \\u001b[31m\\u0000\\u2028\\u202eend');",
  'an error with a symbol for a message':
    "throw Object.assign(new Error('z'), { message: Symbol('m'), name: Symbol('n'), stack: Symbol('s') });",
  'an error with a cause in a circle': "const error = new Error('round'); error.cause = error; throw error;",
  'a rejection': "Promise.reject(Symbol('rejected'));",
  'a rejection of a trap': 'Promise.reject(new Proxy({}, { get() { throw 1; } }));',
  'an error later': "setTimeout(() => { throw new Error('later'); }, 5);",
  'an error soon': 'queueMicrotask(() => { throw Object.create(null); });',
  'an error in a handler': "process.nextTick(() => { throw 'a string'; });",
  // Globals that are shared.
  'a property of all objects': "Object.prototype.status = 'pass';",
  'a trap on all objects':
    "Object.defineProperty(Object.prototype, 'backward', { get() { throw new Error('trap'); }, configurable: true });",
  'another JSON': "JSON.stringify = () => '{}';",
  'another JSON of all objects': "Object.prototype.toJSON = () => ({ status: 'pass' });",
  'another console': 'console.log = console.error = () => { throw new Error("no console"); };',
  'another clock': 'Date.now = () => 0; performance.now = () => 0;',
  'another dice': 'Math.random = () => 0.5;',
  'no timers': 'globalThis.setTimeout = globalThis.setInterval = globalThis.setImmediate = () => 0;',
  'another stack': 'Error.prepareStackTrace = () => ({ toString: null });',
  'no stacks': 'Error.stackTraceLimit = 0;',
  'frozen objects': 'Object.freeze(Object.prototype); Object.freeze(Array.prototype);',
};

/** Odd specs, by the code of the export. */
export const oddSpecs: Readonly<Record<string, string>> = {
  cyclic:
    'const odd = [1, 2]; odd[1] = odd; export const spec = { inputs: { x: odd }, forward: (tf, { x }) => tf.sin(x) };',
  'cyclic in its first':
    'const odd = []; odd.push(odd); export const spec = { inputs: { x: odd }, forward: (tf, { x }) => tf.sin(x) };',
  deep: 'let odd = 1; for (let i = 0; i < 20000; i++) odd = [odd]; export const spec = { inputs: { x: odd }, forward: (tf, { x }) => tf.sin(x) };',
  'a big integer':
    "export const spec = { inputs: { x: { values: [3e9], shape: [1], dtype: 'int32' }, y: [0.5] }, forward: (tf, { x, y }) => tf.mul(x, y) };",
  'half an integer':
    "export const spec = { inputs: { x: { values: [1.5], shape: [1], dtype: 'int32' }, y: [0.5] }, forward: (tf, { x, y }) => tf.mul(x, y) };",
  'a BigInt': 'export const spec = { inputs: { x: [1n] }, forward: (tf, { x }) => tf.sin(x) };',
  'a symbol': "export const spec = { inputs: { x: [Symbol('x')] }, forward: (tf, { x }) => tf.sin(x) };",
  'a name of symbols':
    "export const spec = { name: Symbol('n'), inputs: { x: [1] }, forward: (tf, { x }) => tf.sin(x) };",
  'a name of 20,000 letters':
    "export const spec = { name: 'n'.repeat(20000), inputs: { x: [0.5] }, forward: (tf, { x }) => tf.sin(x), backward: (tf, { x }, dy) => ({ x: dy }) };",
  'names of control characters':
    "export const spec = { name: 'a\\u001b[2J\\n::error::b', inputs: { 'x\\u0007': [0.5] }, forward: (tf, i) => tf.sin(i['x\\u0007']), backward: (tf, i, dy) => ({ 'x\\u0007': dy }) };",
  'an input called __proto__':
    'export const spec = { inputs: JSON.parse(\'{"__proto__": [0.5]}\'), forward: (tf, i) => tf.sin(i.__proto__) };',
  traps:
    "export const spec = new Proxy({}, { get() { throw new Error('get'); }, has() { throw new Error('has'); }, ownKeys() { throw new Error('keys'); } });",
  getters: "export const spec = { get inputs() { throw Symbol('inputs'); }, forward: (tf) => tf.scalar(1) };",
  'no tensor': 'export const spec = { inputs: { x: [1] }, forward: () => 1 };',
  nothing: 'export const spec = { inputs: { x: [1] }, forward: () => {} };',
  'a promise': 'export const spec = { inputs: { x: [1] }, forward: async (tf, { x }) => tf.sin(x) };',
  'a tensor that is disposed':
    'export const spec = { inputs: { x: [1] }, forward: (tf, { x }) => { const y = tf.sin(x); y.dispose(); return y; } };',
  'an engine that is reset':
    'export const spec = { inputs: { x: [1] }, forward: (tf, { x }) => { tf.engine().reset(); return tf.sin(x); } };',
  'variables that are disposed':
    'export const spec = { inputs: { x: [1] }, forward: (tf, { x }) => { tf.disposeVariables(); return tf.sin(x); } };',
  'a backend that is not there':
    "export const spec = { inputs: { x: [1] }, forward: (tf, { x }) => { tf.setBackend('none'); return tf.sin(x); } };",
  'no specs': 'export {};',
  'not even syntax': 'export const = ;',
  zeros: '\\u0000\\u0000',
};
