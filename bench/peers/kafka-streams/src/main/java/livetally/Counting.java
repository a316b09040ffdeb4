package livetally;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KeyValueMapper;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/** A way of counting: its topology, and what its stores hold. */
interface Counting {
    Topology topology(String input, String output);

    /** The sums over all keys of each view: places, ages, panes. */
    List<long[]> sums(KafkaStreams streams);

    static void add(long[] sum, short[] marks) {
        for (short mark : marks) sum[mark] += 1;
    }

    static Consumed<String, Ballot> ballots(Layout layout) {
        Serde<Ballot> serde = Serdes.serdeFrom((topic, ballot) -> { throw new UnsupportedOperationException(); }, new BallotReader(layout));
        return Consumed.with(Serdes.String(), serde).withTimestampExtractor((record, previous) -> ((Ballot) record.value()).castAt());
    }

    /** As the DSL suggests: group by each view's key (a repartition each), aggregate, send the counts on. Default stores and caches. */
    record ByDsl(Layout layout) implements Counting {
        @Override
        public Topology topology(String input, String output) {
            StreamsBuilder builder = new StreamsBuilder();
            KStream<String, Ballot> ballots = builder.stream(input, ballots(layout));
            count(grouped(ballots, "place", (key, ballot) -> KeyValue.pair(ballot.place(), ballot.marks())), "place", output);
            count(grouped(ballots, "age", (key, ballot) -> KeyValue.pair(ballot.age(), ballot.marks())), "age", output);
            grouped(ballots, "pane", (key, ballot) -> KeyValue.pair("all", ballot.marks()))
                .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofSeconds(10), Duration.ofDays(1)))
                .aggregate(() -> new long[layout.width], ByDsl::sum, Materialized.<String, long[], WindowStore<Bytes, byte[]>>as("pane").withKeySerde(Serdes.String()).withValueSerde(CompactSerdes.counts()))
                .toStream((window, counts) -> "pane:" + window.window().start()).to(output, Produced.with(Serdes.String(), CompactSerdes.counts()));
            return builder.build();
        }

        private static KGroupedStream<String, short[]> grouped(KStream<String, Ballot> ballots, String name, KeyValueMapper<String, Ballot, KeyValue<String, short[]>> view) {
            return ballots.map(view).groupByKey(Grouped.with(name, Serdes.String(), CompactSerdes.marks()));
        }

        private void count(KGroupedStream<String, short[]> grouped, String name, String output) {
            grouped.aggregate(() -> new long[layout.width], ByDsl::sum, Materialized.<String, long[], KeyValueStore<Bytes, byte[]>>as(name).withKeySerde(Serdes.String()).withValueSerde(CompactSerdes.counts()))
                .toStream((key, counts) -> name + ":" + key).to(output, Produced.with(Serdes.String(), CompactSerdes.counts()));
        }

        private static long[] sum(String key, short[] marks, long[] counts) {
            add(counts, marks);
            return counts;
        }

        @Override
        public List<long[]> sums(KafkaStreams streams) {
            return List.of(Stores.sumOf(streams, "place", "", layout.width), Stores.sumOf(streams, "age", "", layout.width), Stores.sumOfWindows(streams, "pane", layout.width));
        }
    }

    /** Tuned: every partition counts by itself in the Processor API, nothing is repartitioned, counts stay on the heap, the changelog is the output. */
    record ByProcessor(Layout layout) implements Counting {
        @Override
        public Topology topology(String input, String output) {
            StreamsBuilder builder = new StreamsBuilder();
            builder.addStateStore(org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                org.apache.kafka.streams.state.Stores.inMemoryKeyValueStore("counts"), Serdes.String(), CompactSerdes.counts()).withCachingEnabled());
            builder.stream(input, ballots(layout)).process(() -> new PartitionCounter(layout.width), "counts");
            return builder.build();
        }

        @Override
        public List<long[]> sums(KafkaStreams streams) {
            return List.of(Stores.sumOf(streams, "counts", "place:", layout.width), Stores.sumOf(streams, "counts", "age:", layout.width), Stores.sumOf(streams, "counts", "pane:", layout.width));
        }
    }
}
