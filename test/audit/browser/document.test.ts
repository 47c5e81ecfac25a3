import { expect, it } from '@jest/globals';
import { auditPage } from '../../../src/audit/browser/document.ts';
import { EXIT } from '../../../src/system/errors.ts';
import { scratchFolders } from '../../support/cli.ts';

const scratch = scratchFolders();

it('the page of a build that has none is asked for with the next step', async () => {
  const folder = await scratch();
  await expect(auditPage(folder)).rejects.toMatchObject({
    message: `${folder}/auditPage.js: expected the page of the build, got none; run npm run build`,
    exitCode: EXIT.environment,
  });
});
