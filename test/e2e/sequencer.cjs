/** The longest first: the two engines side by side, the page when one of them is done. */
const { default: Sequencer } = require('@jest/test-sequencer');

const LAST = /page\.e2e\.ts$/;

module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((one, other) => Number(LAST.test(one.path)) - Number(LAST.test(other.path)));
  }
};
