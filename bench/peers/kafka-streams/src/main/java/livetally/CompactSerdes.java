package livetally;

import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Bytes as few as plain code gives: what is repartitioned and stored should not cost the peer more than it must. */
final class CompactSerdes {
    private CompactSerdes() {}

    static Serde<short[]> marks() {
        return Serdes.serdeFrom((topic, marks) -> {
            if (marks == null) return null;
            ByteBuffer buffer = ByteBuffer.allocate(2 * marks.length);
            buffer.asShortBuffer().put(marks);
            return buffer.array();
        }, (topic, bytes) -> {
            if (bytes == null) return null;
            short[] marks = new short[bytes.length / 2];
            ByteBuffer.wrap(bytes).asShortBuffer().get(marks);
            return marks;
        });
    }

    static Serde<long[]> counts() {
        return Serdes.serdeFrom((topic, counts) -> {
            if (counts == null) return null;
            ByteBuffer buffer = ByteBuffer.allocate(8 * counts.length);
            buffer.asLongBuffer().put(counts);
            return buffer.array();
        }, (topic, bytes) -> {
            if (bytes == null) return null;
            long[] counts = new long[bytes.length / 8];
            ByteBuffer.wrap(bytes).asLongBuffer().get(counts);
            return counts;
        });
    }
}
