import type { GradcheckSpec, Tensor, TF } from 'backproof/gradcheck';

// Scaled dot-product attention (Vaswani et al. 2017, arXiv:1706.03762, section 3.2.1), one head:
//   scores = query . key' / sqrt(depth)        share = softmax(scores), row by row        y = share . value

const DEPTH = 3;
const SCALE = 1 / Math.sqrt(DEPTH);

const shareOf = (tf: TF, query: Tensor, key: Tensor): Tensor =>
  tf.softmax(tf.mul(SCALE, tf.matMul(query, key, false, true)));

export const attention: GradcheckSpec<'query' | 'key' | 'value'> = {
  name: 'attention',
  inputs: {
    query: [
      [0.9, -0.4, 1.3],
      [-1.1, 0.6, 0.2],
    ],
    key: [
      [0.3, 1.2, -0.7],
      [-0.8, 0.5, 0.1],
      [1.4, -0.2, 0.6],
      [0.7, -1.5, -0.9],
    ],
    value: [
      [1.0, -0.6],
      [0.2, 0.8],
      [-1.3, 0.4],
      [0.5, 1.7],
    ],
  },
  forward: (tf, { query, key, value }) => tf.matMul(shareOf(tf, query, key), value),
  backward(tf, { query, key, value }, dy) {
    const share = shareOf(tf, query, key);
    // dShare = dy . value'
    const dShare = tf.matMul(dy, value, false, true);
    // The derivative of softmax is diag(share) - share share', so
    // dScores = share (dShare - sum over the row of dShare share)
    const ofRow = tf.sum(tf.mul(dShare, share), -1, true);
    const dScores = tf.mul(share, tf.sub(dShare, ofRow));
    return {
      // dQuery = dScores . key / sqrt(depth)
      query: tf.mul(SCALE, tf.matMul(dScores, key)),
      // dKey = dScores' . query / sqrt(depth)
      key: tf.mul(SCALE, tf.matMul(dScores, query, true, false)),
      // dValue = share' . dy
      value: tf.matMul(share, dy, true, false),
    };
  },
};
