package livetally;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where each count stands: [ballots, then per contest: ballots, undervotes, overvotes, votes of each option]. Read from the
 * file that the benchmark writes: a list of contests, each with its id and the ids of its options.
 */
final class Layout {
    record Contest(int at, Map<String, Integer> options) {}

    final Map<String, Contest> contests = new LinkedHashMap<>();
    final int width;

    Layout(File file) throws IOException {
        int at = 1;
        for (JsonNode contest : new ObjectMapper().readTree(file)) {
            Map<String, Integer> options = new HashMap<>();
            for (JsonNode option : contest.get("options")) options.put(option.asText(), options.size());
            contests.put(contest.get("id").asText(), new Contest(at, options));
            at += 3 + options.size();
        }
        width = at;
    }
}
