package dev.cairn.spring.context.propagation;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

import io.micrometer.context.ContextExecutorService;
import io.micrometer.context.ContextSnapshotFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.DirectFieldAccessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.support.CompositeTaskDecorator;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.PatternMatchUtils;

/**
 * Passes the context of the caller on to the tasks of executors that are beans. Spring's
 * executors stay the same objects and get a further decorator. Those of the JDK are
 * wrapped if their bean method returns an interface, so that they can be injected as
 * before. Executors whose queue, other interfaces or annotated methods need the tasks or
 * the bean as they are, are left alone.
 */
final class ContextExecutors implements BeanPostProcessor, PriorityOrdered {

	private static final Logger logger = LoggerFactory.getLogger(ContextExecutors.class);

	private static final Set<Class<?>> INTERFACES = Set.of(Executor.class, ExecutorService.class,
			ScheduledExecutorService.class, TaskExecutor.class, AsyncTaskExecutor.class);

	private final ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder().build();

	private final TaskDecorator decorator = new ContextPropagatingTaskDecorator(this.snapshots);

	private final ConfigurableListableBeanFactory beans;

	private final String[] excluded;

	/** The reasons why executors were left alone, by the names of the beans. */
	private final Map<String, String> leftAlone = new ConcurrentSkipListMap<>();

	ContextExecutors(ConfigurableListableBeanFactory beans, List<String> excluded) {
		this.beans = beans;
		this.excluded = excluded.toArray(String[]::new);
	}

	/** Before proxies are created. */
	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof Executor executor && !PatternMatchUtils.simpleMatch(this.excluded, beanName))
				? propagating(executor, beanName) : bean;
	}

	private Executor propagating(Executor executor, String beanName) {
		String queue = ExecutorInspection.particularQueue(executor);
		if (queue != null) {
			report(beanName, queue + " may need the tasks as they are. Capture the context in your tasks");
			return executor;
		}
		Consumer<TaskDecorator> setter = setter(executor);
		if (setter != null) {
			if (executor instanceof SimpleAsyncTaskScheduler) {
				propagateFromTimer(executor, "triggerExecutor");
			}
			if (!decorate(executor, setter, (executor instanceof ThreadPoolTaskScheduler)
					? new ScheduledTaskDecorator(this.decorator) : this.decorator)) {
				report(beanName, "its own decorator is unknown. Set a ContextPropagatingTaskDecorator");
			}
			return executor;
		}
		if (executor instanceof ConcurrentTaskScheduler scheduler) {
			propagateFrom(scheduler);
			return executor;
		}
		if (executor instanceof ContextExecutorService<?>) {
			return executor;
		}
		String hidden = ExecutorInspection.hiddenByWrapper(executor.getClass());
		if (hidden != null) {
			report(beanName, "a wrapper would hide " + hidden + ". Capture the context in the executor");
			return executor;
		}
		if (!isDeclaredAsInterface(beanName)) {
			report(beanName, "it is declared as " + executor.getClass().getName()
					+ ". Declare it as an interface, such as ExecutorService");
			return executor;
		}
		return wrap(executor);
	}

	/**
	 * Returns the executors that do not pass the context on.
	 * @return the reasons and remedies by the names of the beans
	 */
	Map<String, String> leftAlone() {
		return Map.copyOf(this.leftAlone);
	}

	private void report(String beanName, String reason) {
		this.leftAlone.put(beanName, reason);
		logger.info(
				"Cairn: tasks of the executor '{}' do not have the context of their callers, because {}, or add it to "
						+ "cairn.context.propagation.exclude-executors",
				beanName, reason);
	}

	/** Spring's executors have no common interface for this. */
	private static @Nullable Consumer<TaskDecorator> setter(Executor executor) {
		if (executor instanceof ThreadPoolTaskExecutor known) {
			return known::setTaskDecorator;
		}
		if (executor instanceof ThreadPoolTaskScheduler known) {
			return known::setTaskDecorator;
		}
		if (executor instanceof SimpleAsyncTaskExecutor known) {
			return known::setTaskDecorator;
		}
		if (executor instanceof TaskExecutorAdapter known) {
			return known::setTaskDecorator;
		}
		// The scheduler would decorate repeated tasks, too
		return (executor instanceof ConcurrentTaskExecutor known && !(executor instanceof ConcurrentTaskScheduler))
				? known::setTaskDecorator : null;
	}

	/**
	 * The decorator of the application runs within the context. Spring has no accessor
	 * for it.
	 */
	private static boolean decorate(Executor executor, Consumer<TaskDecorator> setter, TaskDecorator decorator) {
		DirectFieldAccessor fields = new DirectFieldAccessor(executor);
		if (!fields.isReadableProperty("taskDecorator")) {
			return false;
		}
		Object own = fields.getPropertyValue("taskDecorator");
		if (own == null) {
			setter.accept(decorator);
		}
		else if (own instanceof TaskDecorator known && !(own instanceof ContextPropagatingTaskDecorator)) {
			setter.accept(new CompositeTaskDecorator(List.of(known, decorator)));
		}
		return true;
	}

	private boolean isDeclaredAsInterface(String beanName) {
		if (!this.beans.containsBeanDefinition(beanName)
				|| !(this.beans.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition)) {
			return false;
		}
		Method method = definition.getResolvedFactoryMethod();
		return method != null && INTERFACES.contains(method.getReturnType());
	}

	private void propagateFrom(ConcurrentTaskScheduler scheduler) {
		Executor executor = scheduler.getConcurrentExecutor();
		if (!(executor instanceof ContextExecutorService<?>)
				&& ExecutorInspection.hiddenByWrapper(executor.getClass()) == null) {
			scheduler.setConcurrentExecutor(wrap(executor));
		}
		propagateFromTimer(scheduler, "scheduledExecutor");
	}

	/**
	 * A scheduler hands its tasks over from a thread of a timer. Spring has no accessors
	 * for the timer.
	 */
	private void propagateFromTimer(Executor scheduler, String field) {
		DirectFieldAccessor fields = new DirectFieldAccessor(scheduler);
		if (fields.isReadableProperty(field) && fields.getPropertyValue(field) instanceof ScheduledExecutorService timer
				&& !(timer instanceof ContextExecutorService<?>)
				&& ExecutorInspection.hiddenByWrapper(timer.getClass()) == null) {
			fields.setPropertyValue(field, wrap(timer));
		}
	}

	private Executor wrap(Executor executor) {
		if (executor instanceof ScheduledExecutorService service) {
			return new ScheduledContextExecutor(service, this.snapshots::captureAll);
		}
		if (executor instanceof ExecutorService service) {
			return ContextExecutorService.wrap(service, this.snapshots);
		}
		TaskExecutorAdapter adapter = new TaskExecutorAdapter(executor);
		adapter.setTaskDecorator(this.decorator);
		return adapter;
	}

}
