import { describe, expect, it } from '@jest/globals';
import { escapeJson, escapeScript, unescapeScript } from '../../src/system/embed.ts';

describe('escapeScript', () => {
  const source = 'const a = "</script><!--", b = /<\\/SCRIPT/, c = "</SCRIPT $& $1"; if (i<scripts) i<!0;';

  it('leaves nothing that ends the element or hides its end', () => {
    expect(escapeScript(source)).not.toMatch(/<\/script|<!--/i);
    expect(source).toMatch(/<\/script|<!--/i);
  });

  it('means the same, and leaves comparisons alone', () => {
    expect(unescapeScript(escapeScript(source))).toBe(source);
    expect(escapeScript(source)).toContain('if (i<scripts) i<!0;');
    expect(new Function(`return ${escapeScript('"</script><!--$&"')}`)()).toBe('</script><!--$&');
  });
});

describe('escapeJson', () => {
  it('holds no opening bracket and reads back the same', () => {
    const value = { '</script>': '<!--\u2028$&', n: [1.5, null] };
    expect(escapeJson(value)).not.toContain('<');
    expect(JSON.parse(escapeJson(value))).toEqual(value);
  });
});
