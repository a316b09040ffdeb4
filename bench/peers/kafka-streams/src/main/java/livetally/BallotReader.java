package livetally;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads a ballot with Jackson's streaming parser, the fastest Jackson has; no tree and no object is made. Every contest allows one vote. */
final class BallotReader implements Deserializer<Ballot> {
    private final JsonFactory json = new JsonFactory();
    private final Layout layout;

    BallotReader(Layout layout) {
        this.layout = layout;
    }

    @Override
    public Ballot deserialize(String topic, byte[] bytes) {
        String unit = "", channel = "", age = "_unknown";
        long castAt = 0;
        short[] marks = new short[1 + 2 * layout.contests.size()];
        int count = 1;
        try (JsonParser parser = json.createParser(bytes)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "unit" -> unit = parser.getText();
                    case "channel" -> channel = parser.getText();
                    case "castAt" -> castAt = parser.getLongValue();
                    case "attributes" -> {
                        while (parser.nextToken() == JsonToken.FIELD_NAME) {
                            boolean isAge = parser.currentName().equals("age");
                            parser.nextToken();
                            if (isAge) age = parser.getText();
                        }
                    }
                    case "selections" -> {
                        while (parser.nextToken() == JsonToken.FIELD_NAME) {
                            Layout.Contest contest = layout.contests.get(parser.currentName());
                            parser.nextToken();
                            while (parser.nextToken() != JsonToken.END_ARRAY) {
                                marks[count++] = (short) contest.at();
                                marks[count++] = (short) (contest.at() + 3 + contest.options().get(parser.getText()));
                            }
                        }
                    }
                    default -> parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Ballot(unit + "/" + channel, age, castAt, withBlanks(marks, count));
    }

    /** Contests that were left blank are ballots and undervotes, too. */
    private short[] withBlanks(short[] marks, int count) {
        if (count == marks.length) return marks;
        for (Layout.Contest contest : layout.contests.values()) {
            boolean isMarked = false;
            for (int at = 1; at < count; at += 1) isMarked |= marks[at] == contest.at();
            if (isMarked) continue;
            marks[count++] = (short) contest.at();
            marks[count++] = (short) (contest.at() + 1);
        }
        return Arrays.copyOf(marks, count);
    }
}
