import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The Python that `cargo xtask test` gave Apple's library to. */
const PYTHON = process.env.PURSER_PYTHON ?? join(import.meta.dirname, '../../target/official/bin/python');
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Runs a script of this folder; what it printed. */
export async function python(script, ...args) {
  const file = join(import.meta.dirname, script);
  const { stdout } = await promisify(execFile)(PYTHON, [file, ...args], { maxBuffer: OUTPUT_BYTES_MAX });
  return stdout;
}
