type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Replaces every free-text string of a result; names of a fixed list and the schema's own stay. */
export const withEveryString = <T>(result: T, text: string): T => {
  const fixed = new Set([
    'schema',
    'pixels',
    'source',
    'reason',
    'engine',
    'loss',
    'precision',
    'verdict',
    'patterns',
  ]);
  const walk = (value: Json, key: string, inConfig: boolean): Json => {
    if (typeof value === 'string')
      return fixed.has(key) || (key === 'backend' && (inConfig || value === 'wasm')) ? value : text;
    if (Array.isArray(value)) return value.map((item) => walk(item, key, inConfig));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, walk(item, name, name === 'config')]),
    );
  };
  return walk(result as Json, '', false) as T;
};
