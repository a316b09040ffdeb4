package livetally;

import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/** Sums what the stores of this process hold. */
final class Stores {
    private Stores() {}

    static long[] sumOf(KafkaStreams streams, String store, String prefix, int width) {
        long[] sum = new long[width];
        var query = StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<String, long[]>keyValueStore());
        try (var rows = streams.store(query).all()) {
            rows.forEachRemaining(row -> { if (row.key.startsWith(prefix)) add(sum, row.value); });
        }
        return sum;
    }

    static long[] sumOfWindows(KafkaStreams streams, String store, int width) {
        long[] sum = new long[width];
        var query = StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<String, long[]>windowStore());
        try (var rows = streams.store(query).all()) {
            rows.forEachRemaining(row -> add(sum, row.value));
        }
        return sum;
    }

    private static void add(long[] sum, long[] counts) {
        for (int at = 0; at < sum.length; at += 1) sum[at] += counts[at];
    }
}
