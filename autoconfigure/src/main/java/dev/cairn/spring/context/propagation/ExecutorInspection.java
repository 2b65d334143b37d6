package dev.cairn.spring.context.propagation;

import java.io.Closeable;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.DirectFieldAccessor;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds what would break if the tasks of an executor, or the executor itself, were
 * wrapped.
 */
final class ExecutorInspection {

	/**
	 * The interfaces that a wrapper implements, and those that it does not have to, since
	 * Spring closes the bean itself.
	 */
	private static final Set<Class<?>> KEPT = Set.of(Executor.class, ExecutorService.class,
			ScheduledExecutorService.class, TaskExecutor.class, AsyncTaskExecutor.class, AutoCloseable.class,
			Closeable.class);

	/** Those that neither compare their tasks nor ask them for anything. */
	private static final Set<Class<?>> QUEUES = Set.of(LinkedBlockingQueue.class, LinkedBlockingDeque.class,
			LinkedTransferQueue.class, ArrayBlockingQueue.class, SynchronousQueue.class);

	/** A pool that its owner has made unconfigurable. */
	private static final String UNKNOWN_POOL = "java.util.concurrent.Executors$DelegatedExecutorService";

	private ExecutorInspection() {
	}

	/** Returns the queue of an executor if it may depend on the class of the tasks. */
	static @Nullable String particularQueue(Executor executor) {
		Executor pool = pool(executor);
		if (pool instanceof ThreadPoolExecutor known && !(pool instanceof ScheduledThreadPoolExecutor)) {
			Class<?> queue = known.getQueue().getClass();
			return QUEUES.contains(queue) ? null : "its queue " + queue.getName();
		}
		return pool.getClass().getName().equals(UNKNOWN_POOL) ? "its unknown queue" : null;
	}

	private static Executor pool(Executor executor) {
		if (executor instanceof ThreadPoolTaskExecutor known) {
			try {
				return known.getThreadPoolExecutor();
			}
			catch (IllegalStateException ex) {
				// The application initializes it later
				return executor;
			}
		}
		if (executor instanceof TaskExecutorAdapter || executor instanceof ConcurrentTaskExecutor) {
			DirectFieldAccessor fields = new DirectFieldAccessor(executor);
			if (fields.isReadableProperty("concurrentExecutor")
					&& fields.getPropertyValue("concurrentExecutor") instanceof Executor delegate) {
				return pool(delegate);
			}
		}
		return executor;
	}

	/**
	 * Returns what Spring would not find in a wrapper. Classes of the JDK are known.
	 */
	static @Nullable String hiddenByWrapper(Class<?> type) {
		if (type.getName().startsWith("java.util.concurrent.")) {
			return null;
		}
		Set<String> interfaces = ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.filter((candidate) -> !KEPT.contains(candidate))
			.map(Class::getName)
			.collect(Collectors.toCollection(TreeSet::new));
		if (!interfaces.isEmpty()) {
			return "its other interfaces " + interfaces;
		}
		try {
			return Stream.of(ReflectionUtils.getAllDeclaredMethods(type))
				.filter(ExecutorInspection::isAnnotated)
				.findFirst()
				.map((method) -> "its annotated method " + method.getName())
				.orElse(null);
		}
		catch (IllegalStateException ex) {
			return "its methods, which cannot be loaded";
		}
	}

	/** Annotations such as {@code @EventListener} belong to the class of a bean. */
	private static boolean isAnnotated(Method method) {
		return Stream.of(method.getAnnotations())
			.map((annotation) -> annotation.annotationType().getName())
			.anyMatch((name) -> Stream.of("java.", "jdk.", "jakarta.annotation.").noneMatch(name::startsWith));
	}

}
