package io.github.s3fault;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * The extension for JUnit 5: {@code @RegisterExtension static S3Fault s3fault = S3Fault.start();}, or
 * {@code @ExtendWith(S3Fault.class)} where no flags are given.
 *
 * <p>A parameter with {@link S3FaultWorld} is a private world. A test that ends well, and in which a rule that must
 * fire has not, fails by the rule's name. With what a test fails stands, as suppressed, why requests of its worlds were
 * refused. All tests of a JVM that give the same flags share one server, which starts with the first world.
 */
public final class S3Fault implements
    ParameterResolver, TestExecutionExceptionHandler, AfterTestExecutionCallback, AfterEachCallback {
    private static final Map<List<String>, Server> SERVERS = new ConcurrentHashMap<>();
    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(S3Fault.class);
    private static final int TOLD = 5; // requests of a world

    private final Supplier<Server> server;

    /** As {@link #start} without flags. */
    public S3Fault() {
        this(() -> SERVERS.computeIfAbsent(List.of(), none -> Server.start()));
    }

    private S3Fault(Supplier<Server> server) {
        this.server = server;
    }

    /** Starts a server for this JVM, with flags of {@code s3fault serve}, when the first world is wanted. */
    public static S3Fault start(String... flags) {
        return new S3Fault(() -> SERVERS.computeIfAbsent(List.of(flags), given -> Server.start(flags)));
    }

    /** Uses a server that is there already, such as that of a container. */
    public static S3Fault connect(Supplier<String> endpoint) {
        return new S3Fault(() -> Server.connect(endpoint.get()));
    }

    /** The server, which may have to start. */
    public Server server() {
        return server.get();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        if (!parameter.isAnnotated(S3FaultWorld.class)) {
            return false;
        }
        if (parameter.getParameter().getType() != World.class) {
            throw new ParameterResolutionException("@S3FaultWorld is for a parameter of type World, and not "
                + parameter.getParameter().getType().getSimpleName());
        }
        if (context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException("@S3FaultWorld is for parameters of test methods and @BeforeEach: "
                + "its world is one test's");
        }
        return true;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        S3FaultWorld wanted = parameter.findAnnotation(S3FaultWorld.class).orElseThrow();
        Map<String, Object> options = new LinkedHashMap<>();
        try {
            if (!wanted.patch().isEmpty()) {
                options.put("patch", Json.read(Json.strict(wanted.patch())));
            }
            if (!wanted.responses().isEmpty()) {
                options.put("responses", wanted.responses());
            }
            Server at = server();
            if (at.stays()) {
                options.put("expires", "1h"); // also of a JVM that was killed
            }
            World world = at.world(wanted.value(), options);
            worlds(context).add(world);
            for (S3FaultRule rule : rules(context)) {
                world.faults().add(rule.value());
            }
            return world;
        } catch (S3FaultException | IllegalArgumentException refused) {
            throw new ParameterResolutionException("s3fault: " + refused.getMessage(), refused);
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        tell(context, thrown);
        throw thrown;
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            return;
        }
        for (World world : worlds(context)) {
            try {
                world.verify();
            } catch (NotVerified failed) {
                tell(context, failed);
                throw failed;
            }
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        for (World world : worlds(context)) {
            world.close();
        }
    }

    private static void tell(ExtensionContext context, Throwable thrown) {
        for (World world : worlds(context)) {
            StringBuilder text = new StringBuilder("why, in " + world + ":");
            try {
                List<Why> refusals = world.refusals(TOLD);
                refusals.forEach(why -> text.append("\n    ").append(why));
                if (refusals.isEmpty()) {
                    continue;
                }
            } catch (S3FaultException broken) {
                text.append(" the server could not be asked: ").append(broken.getMessage());
            }
            thrown.addSuppressed(new RefusedRequests(text.toString()));
        }
    }

    @SuppressWarnings("unchecked")
    private static List<World> worlds(ExtensionContext context) {
        return (List<World>) context.getStore(OURS).getOrComputeIfAbsent(
            context.getUniqueId(), test -> new CopyOnWriteArrayList<World>(), List.class);
    }

    private static List<S3FaultRule> rules(ExtensionContext context) {
        List<S3FaultRule> all = new ArrayList<>();
        for (Class<?> at = context.getRequiredTestClass(); at != null; at = at.getEnclosingClass()) {
            all.addAll(0, List.of(at.getAnnotationsByType(S3FaultRule.class)));
        }
        all.addAll(List.of(context.getRequiredTestMethod().getAnnotationsByType(S3FaultRule.class)));
        return all;
    }
}
