import { tsImport } from 'tsx/esm/api';

/** Compiles the AssemblyScript that the sources import, if it has changed, so that Jest needs no build. */
export default async function compileAssemblyScript() {
  const { buildWebAssembly } = await tsImport('../../scripts/build/webassembly.ts', import.meta.url);
  await buildWebAssembly();
}
