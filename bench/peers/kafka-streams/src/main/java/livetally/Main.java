package livetally;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/**
 * Counts a topic of ballots until it has counted so many, and prints "progress n" and at last "done [counts]".
 * Arguments: brokers, application id, input topic, output topic, dsl or tuned, number of ballots, layout file, folder for state.
 */
public final class Main {
    private static final int COMMIT_MS = 100;

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        String way = arguments[4];
        long total = Long.parseLong(arguments[5]);
        Layout layout = new Layout(new File(arguments[6]));
        Counting counting = way.equals("dsl") ? new Counting.ByDsl(layout) : new Counting.ByProcessor(layout);
        try (KafkaStreams streams = new KafkaStreams(counting.topology(arguments[2], arguments[3]), settings(arguments[0], arguments[1], arguments[7], way))) {
            streams.setUncaughtExceptionHandler(error -> {
                error.printStackTrace();
                Runtime.getRuntime().halt(1);
                return null;
            });
            streams.start();
            System.out.println("done " + Arrays.toString(awaitAll(streams, counting, total)));
        }
    }

    private static Properties settings(String brokers, String application, String folder, String way) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MS);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        if (way.equals("tuned")) settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 5_000);
        return settings;
    }

    private static long[] awaitAll(KafkaStreams streams, Counting counting, long total) throws InterruptedException {
        for (;;) {
            Thread.sleep(100);
            List<long[]> sums;
            try {
                sums = counting.sums(streams);
            } catch (InvalidStateStoreException notYet) {
                continue;
            }
            System.out.println("progress " + sums.stream().mapToLong(sum -> sum[0]).min().orElse(0));
            if (sums.stream().anyMatch(sum -> sum[0] < total)) continue;
            // What was counted last is committed by now.
            Thread.sleep(2 * COMMIT_MS);
            for (long[] sum : sums) if (!Arrays.equals(sum, sums.get(0))) throw new IllegalStateException("The views differ.");
            return sums.get(0);
        }
    }
}
