import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;

/** Asks for an object at AWS's own address, and prints what the answer says. */
public class Asks {
    public static void main(String[] args) throws Exception {
        HttpURLConnection asked = (HttpURLConnection) URI.create(args[0]).toURL().openConnection();
        int status = asked.getResponseCode(); // which is when it asks
        try (InputStream body = asked.getErrorStream()) {
            System.out.println(status + " " + new String(body.readAllBytes()));
        }
    }
}
