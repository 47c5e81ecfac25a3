/** What the page does beyond being read: plots, copying, saving a picture, printing. */
import { offerCopying } from './copy.ts';
import { drawInTurn } from './plots.ts';
import { followPrinting } from './print.ts';

drawInTurn();
offerCopying();
followPrinting();
