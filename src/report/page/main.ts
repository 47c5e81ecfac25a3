/** What the page does beyond being read: islands, plots, copying, saving, printing. */
import { effect } from '@preact/signals';
import { decodeRun } from '../run.ts';
import { openState } from '../state.ts';
import { offerCopying } from './copy.ts';
import { offerDownloads } from './download.ts';
import { bringToLife } from './islands.ts';
import { drawInTurn, moveCursor, show } from './plots.ts';
import { followPrinting } from './print.ts';

drawInTurn();
offerCopying();
offerDownloads();
followPrinting();

const embedded = document.getElementById('run')?.textContent;
if (embedded) {
  const run = decodeRun(JSON.parse(embedded));
  const state = openState(run, show);
  bringToLife(state);
  effect(() => moveCursor(run.frames[state.frame.value]?.epoch ?? 0));
}
