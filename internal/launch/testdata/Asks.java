import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;

/** Asks for an object at AWS's own address, and prints what the answer says. */
public class Asks {
    public static void main(String[] args) throws Exception {
        HttpURLConnection asked = (HttpURLConnection) URI.create(args[0]).toURL().openConnection();
        try (InputStream body = asked.getErrorStream()) {
            System.out.println(asked.getResponseCode() + " " + new String(body.readAllBytes()));
        }
    }
}
