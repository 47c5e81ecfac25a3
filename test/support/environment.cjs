const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/**
 * Jest's environment for Node, in a context with ordinary globals. In Jest's own, every use of a global (Math,
 * Float64Array) goes through an interceptor and a proxy, which makes inner loops many times slower.
 */
module.exports = class OrdinaryGlobals extends TestEnvironment {
  /** @param {ConstructorParameters<typeof TestEnvironment>} given */
  constructor(...given) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...given);
    } finally {
      vm.createContext = createContext;
    }
  }
};
