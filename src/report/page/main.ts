/** The script of the page: islands, plots, copying, saving, printing. */
import { effect } from '@preact/signals';
import { decodeRun } from '../embeddedRun.ts';
import { openState } from '../state.ts';
import { offerCopying } from './copy.ts';
import { offerDownloads } from './download.ts';
import { bringToLife } from './islands.ts';
import { followLinks } from './links.ts';
import { followPlaying } from './play.ts';
import { moveCursor, takeUpPlots } from './plots.ts';
import { followPrinting } from './print.ts';

takeUpPlots();
offerCopying();
offerDownloads();
followPrinting();

const embedded = document.getElementById('run')?.textContent;
const state = embedded ? openState(decodeRun(JSON.parse(embedded))) : null;
bringToLife(state);
if (state) {
  followPlaying(state);
  effect(() => moveCursor(state.run.frames[state.frame.value]?.epoch ?? 0));
}
// After the islands are in place, since a link may lead to one.
followLinks();
