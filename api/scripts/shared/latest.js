// Of several questions whose answers take time only the latest counts, in whatever order they come.

/** `begin()` gives up what was begun before, and returns the signal by which what begins now learns that it was given up in its turn. */
export const latest = () => {
  let running = null;
  return {
    begin() {
      running?.abort();
      running = new AbortController();
      return running.signal;
    },
  };
};
