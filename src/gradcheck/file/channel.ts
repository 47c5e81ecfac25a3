/**
 * How the process with the module talks to the one that started it: pipes of their own, since process.send would be the
 * module's as well. Every message is a line that begins with a nonce, which came through the other pipe before the
 * module was loaded and is known to no code but this. That guards against accidents, not against malice: a checked
 * module is trusted code, with the rights of the user who checks it.
 */
import { readSync, writeSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';

/** File descriptors in the process with the module. */
export const PIPES = { toParent: 3, fromParent: 4 } as const;

// Kept, in case the module changes what the global objects hold.
const kill = process.kill.bind(process);
const { pid } = process;

/** Numbers that JSON has not, NaN and the infinities, are in the results: so not JSON. */
export const encode = (data: unknown): string => serialize(data).toString('base64');
export const decode = (line: string): unknown => deserialize(Buffer.from(line, 'base64'));

/** Waits for the one line that the process is given. */
export function readInput(): unknown {
  const chunks: Buffer[] = [];
  const chunk = Buffer.alloc(1 << 16);
  for (;;) {
    const length = readSync(PIPES.fromParent, chunk);
    if (length === 0) throw new Error('expected a line on the pipe of the parent process, got its end');
    chunks.push(Buffer.from(chunk.subarray(0, length)));
    if (chunk[length - 1] === 10) return decode(Buffer.concat(chunks).toString('latin1'));
  }
}

/** A function that sends messages; where nobody can hear them, it ends the process. */
export function openChannel<Message>(nonce: string): (message: Message) => void {
  return (message) => {
    // A line end first: what the module may have written there ends, whatever it was.
    let rest = Buffer.from(`\n${nonce} ${encode(message)}\n`, 'latin1');
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(PIPES.toParent, rest));
    } catch {
      end();
    }
  };
}

/** Ends this process and all that it started, now. */
export function end(): never {
  kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  throw new Error('the process ends');
}

/**
 * Ends this process, and all that it started, when the parent is gone: then the pipe from it ends. In a thread of its
 * own, since the module's code may never return.
 */
export function endWithParent(): void {
  const target = process.platform === 'win32' ? pid : -pid;
  const code = `
    const socket = new (require('node:net').Socket)({ fd: ${PIPES.fromParent} });
    const end = () => process.kill(${target}, 'SIGKILL');
    socket.on('error', end).on('close', end).resume();`;
  new Worker(code, { eval: true, execArgv: [], stdin: false }).unref();
}
