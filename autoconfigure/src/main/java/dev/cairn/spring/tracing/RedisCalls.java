package dev.cairn.spring.tracing;

import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Set;

import dev.cairn.spring.core.GuardedObservation;
import io.micrometer.common.KeyValue;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.data.redis.connection.RedisConnection;

/**
 * Observes the commands of the connections of Jedis that Spring Data opens, with the keys
 * of Lettuce's observation. Neither Jedis nor Spring Data observes them.
 *
 * @param observations starts the observations
 */
record RedisCalls(ClientObservations observations) implements MethodInterceptor {

	private static final String OBSERVATION = "jedis";

	private static final KeyValue SYSTEM = KeyValue.of("db.system", "redis");

	/** The calls that send the queued commands. */
	private static final Set<String> FLUSHES = Set.of("closePipeline", "exec");

	/**
	 * Subscriptions last as long as the application, and a closed connection is no
	 * command.
	 */
	private static final Set<String> IGNORED = Set.of("subscribe", "pSubscribe", "isSubscribed", "getSubscription",
			"isClosed", "close");

	/** Advises the factory of connections. */
	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object result = invocation.proceed();
		return (result instanceof RedisConnection connection) ? observed(connection, connection) : result;
	}

	/** Connections, and the parts that they consist of, are used by their interfaces. */
	private Object observed(Object target, RedisConnection connection) {
		ProxyFactory proxies = new ProxyFactory(target);
		proxies.setOpaque(true);
		proxies.addAdvice((MethodInterceptor) (invocation) -> call(invocation, connection));
		return proxies.getProxy(RedisConnection.class.getClassLoader());
	}

	private @Nullable Object call(MethodInvocation invocation, RedisConnection connection) throws Throwable {
		Method method = invocation.getMethod();
		if (isProvider(method)) {
			Object commands = invocation.proceed();
			return (commands != null) ? observed(commands, connection) : null;
		}
		if (!isSent(method, connection)) {
			return invocation.proceed();
		}
		String command = command(invocation).toLowerCase(Locale.ROOT);
		GuardedObservation observation = this.observations.start(OBSERVATION, command, SYSTEM,
				KeyValue.of("db.operation", command));
		return observation.observe(invocation::proceed);
	}

	/** {@code commands()}, {@code stringCommands()} and so on. */
	private static boolean isProvider(Method method) {
		return method.getParameterCount() == 0 && method.getName().toLowerCase(Locale.ROOT).endsWith("commands");
	}

	private static String command(MethodInvocation invocation) {
		String name = invocation.getMethod().getName();
		return (name.equals("execute") && invocation.getArguments()[0] instanceof String command) ? command : name;
	}

	private static boolean isSent(Method method, RedisConnection connection) {
		if (FLUSHES.contains(method.getName())) {
			return true;
		}
		Class<?> owner = method.getDeclaringClass();
		return owner != RedisConnection.class && owner != Object.class && !IGNORED.contains(method.getName())
				&& !connection.isPipelined() && !connection.isQueueing();
	}

}
