package livetally;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Counts the ballots of one partition. The heap holds the counts, so that nothing is decoded twice; the store's cache writes what changed at each commit. */
final class PartitionCounter implements Processor<String, Ballot, Void, Void> {
    private final int width;
    private final Map<String, long[]> places = new HashMap<>();
    private final Map<String, long[]> ages = new HashMap<>();
    private final Map<Long, long[]> panes = new HashMap<>();
    private final Map<String, String> placeKeys = new HashMap<>();
    private final Map<String, String> ageKeys = new HashMap<>();
    private final Map<Long, String> paneKeys = new HashMap<>();
    private KeyValueStore<String, long[]> store;

    PartitionCounter(int width) {
        this.width = width;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        store = context.getStateStore("counts");
    }

    @Override
    public void process(Record<String, Ballot> record) {
        Ballot ballot = record.value();
        count(places, placeKeys, "place:", ballot.place(), ballot.marks());
        count(ages, ageKeys, "age:", ballot.age(), ballot.marks());
        count(panes, paneKeys, "pane:", ballot.castAt() / 10_000 * 10_000, ballot.marks());
    }

    private <Key> void count(Map<Key, long[]> counts, Map<Key, String> keys, String view, Key key, short[] marks) {
        long[] sum = counts.get(key);
        if (sum == null) {
            String stored = view + key;
            keys.put(key, stored);
            long[] known = store.get(stored);
            sum = known == null ? new long[width] : known;
            counts.put(key, sum);
        }
        Counting.add(sum, marks);
        store.put(keys.get(key), sum);
    }
}
