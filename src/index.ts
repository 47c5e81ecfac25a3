export { networkOp } from './model/network.ts';
