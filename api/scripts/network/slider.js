// The slider over the days of the network.
import { daySlider } from "../shared/dayslider.js";

export const slider = (field, changed) => {
  const days = daySlider(field, changed);
  let of = null;
  return {
    /** Learn the first and the last day; of a network as of a day, from the same network without that. */
    async bounds(data, parameters) {
      const whole = new URLSearchParams(parameters);
      whole.delete("asOf");
      const key = String(whole);
      if (key !== of) {
        of = key;
        const all = parameters.has("asOf") ? await fetch(`/network.json?${whole}`).then((response) => (response.ok ? response.json() : data), () => data) : data;
        // Another network may have come meanwhile.
        if (key !== of) return;
        days.between(all.edges.flatMap(({ because, begin, end }) => [begin, end, ...because.map(({ date }) => date)]));
      }
      days.show();
    },
  };
};
