import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;

/**
 * Hands ballots in over Kafka: one JSON document a line on standard input, signed with a private JSON Web Key.
 * Prints which record each became, as "idempotencyKey partition offset"; its verdict names the same two numbers.
 *
 *   java -cp "<kafka-clients, jose4j and slf4j jars>" SendBallots.java 127.0.0.1:9092 livetally. north-county.private.jwk < ballots.ndjson
 */
public class SendBallots {
    public static void main(String[] args) throws Exception {
        var key = PublicJsonWebKey.Factory.newPublicJwk(Files.readString(Path.of(args[2])));
        var settings = new Properties();
        settings.put("bootstrap.servers", args[0]);
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        settings.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
        settings.put("value.serializer", "org.apache.kafka.common.serialization.StringSerializer");
        try (var producer = new KafkaProducer<String, String>(settings);
             var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var idempotencyKey = (String) JsonUtil.parseJson(line).get("idempotencyKey");
                var value = JsonUtil.toJson(Map.of("v", 1, "ballot", sign(line, key)));
                RecordMetadata sent = producer.send(new ProducerRecord<>(args[1] + "ballots.incoming", idempotencyKey, value)).get();
                System.out.println(idempotencyKey + " " + sent.partition() + " " + sent.offset());
            }
        }
    }

    private static String sign(String ballot, PublicJsonWebKey key) throws Exception {
        var signature = new JsonWebSignature();
        signature.setPayload(ballot);
        signature.setAlgorithmHeaderValue(key.getAlgorithm());
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setKey(key.getPrivateKey());
        return signature.getCompactSerialization();
    }
}
