package dev.cairn.spring.aop;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import dev.cairn.annotation.Telemetry;
import dev.cairn.internal.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;

/**
 * Helps to intercept the calls of beans: whether it is safe, and when a call has
 * completed. Stateless.
 */
public final class Calls {

	private static final String REMEDY = "remove the modifier (in Kotlin, declare it open or apply the plugin kotlin-spring)";

	private static final int NOT_INHERITED = Modifier.STATIC | Modifier.PRIVATE | Modifier.PROTECTED;

	/** In a library that the application may lack. */
	private static final String REPOSITORY = "org.springframework.data.repository.Repository";

	private static final Set<String> REPORTING = Set.of(Telemetry.class.getPackageName(),
			"io.micrometer.core.annotation");

	/** Spring needs both to call a suspend function through a proxy. */
	private static final boolean COROUTINES = KotlinDetector.isKotlinReflectPresent()
			&& ClassUtils.isPresent("kotlinx.coroutines.reactor.MonoKt", Calls.class.getClassLoader());

	private static final boolean JOIN_POINTS = ClassUtils.isPresent("org.aspectj.lang.ProceedingJoinPoint",
			Calls.class.getClassLoader());

	private Calls() {
	}

	/**
	 * Returns why the calls of a bean cannot be intercepted safely. The proxy is a
	 * subclass without the fields of the bean, so it has to override each method that
	 * other beans can call.
	 * @param type the class of the bean
	 * @return the reason and the remedy; {@code null} if it is safe
	 */
	public static @Nullable String obstacle(Class<?> type) {
		Class<?> bean = ClassUtils.getUserClass(type);
		if (bean.isInterface() || Proxy.isProxyClass(bean) || ClassUtils.isLambdaClass(bean)) {
			return null;
		}
		if (Modifier.isFinal(bean.getModifiers()) || bean.isSealed()) {
			return bean.getName() + " is " + (bean.isSealed() ? "sealed" : "final") + "; " + REMEDY;
		}
		if (Stream.of(bean.getDeclaredConstructors())
			.allMatch((constructor) -> Modifier.isPrivate(constructor.getModifiers()))) {
			return bean.getName() + " has only private constructors; make one of them package-private";
		}
		return Stream.<Class<?>>iterate(bean, (part) -> part != null && part != Object.class, Class::getSuperclass)
			.flatMap((part) -> Stream.of(part.getDeclaredMethods()))
			.filter((method) -> Modifier.isFinal(method.getModifiers()) && !method.isSynthetic()
					&& (method.getModifiers() & NOT_INHERITED) == 0)
			.findFirst()
			.map((method) -> method.getDeclaringClass().getName() + "#" + method.getName()
					+ " is final and would be called without the fields of the bean; " + REMEDY)
			.orElse(null);
	}

	/**
	 * Returns why the calls of a method cannot be intercepted safely.
	 * @param type the class of the bean
	 * @param method the method
	 * @return the reason and the remedy; {@code null} if it is safe
	 */
	public static @Nullable String obstacle(Class<?> type, Method method) {
		return (KotlinDetector.isSuspendingFunction(method) && !COROUTINES)
				? type.getName() + "#" + method.getName() + " is a suspend function; add the dependencies "
						+ "org.jetbrains.kotlinx:kotlinx-coroutines-reactor and org.jetbrains.kotlin:kotlin-reflect"
				: obstacle(type);
	}

	/**
	 * Returns the method that Spring selects among those of a bean for a call.
	 * @param type the class of the bean
	 * @param method the method that is called, perhaps that of an interface
	 * @return the method of the class; that of the interface for a JDK proxy
	 */
	public static Method selected(Class<?> type, Method method) {
		return Proxy.isProxyClass(type) ? BridgeMethodResolver.findBridgedMethod(method)
				: AopUtils.getMostSpecificMethod(method, type);
	}

	/**
	 * Returns the method that the application has written, with its names and
	 * annotations.
	 * @param type the class of the bean
	 * @param method the method of the class
	 * @return that of the interface if the bean is a lambda expression, whose class is
	 * made at run time; otherwise the same method
	 */
	public static Method declared(Class<?> type, Method method) {
		return ClassUtils.isLambdaClass(type) ? ClassUtils.getInterfaceMethodIfPossible(method, type) : method;
	}

	/**
	 * Returns the class whose name stands for a method.
	 * @param type the class of the bean
	 * @param method the method that the application has written
	 * @return the interface if the class is made at run time; otherwise the class
	 */
	public static Class<?> owner(Class<?> type, Method method) {
		return (Proxy.isProxyClass(type) || ClassUtils.isLambdaClass(type)) ? method.getDeclaringClass()
				: ClassUtils.getUserClass(type);
	}

	/**
	 * Returns whether a bean implements a method of a repository of Spring Data, whose
	 * proxy passes the call on to it.
	 * @param type the class of the proxy
	 * @param method the method of its interface
	 * @return {@code true} if the interface is not that of a repository
	 */
	public static boolean isCustomMethod(Class<?> type, Method method) {
		return Proxy.isProxyClass(type) && isRepository(type) && !isRepository(method.getDeclaringClass())
				&& !method.getDeclaringClass().getName().startsWith("org.springframework.");
	}

	private static boolean isRepository(Class<?> type) {
		return type.getName().equals(REPOSITORY) || Stream.of(type.getInterfaces()).anyMatch(Calls::isRepository);
	}

	/**
	 * Returns whether the repository reports the calls of its implementation, for the
	 * annotations that this inherits from the interface.
	 * @param custom the custom methods whose calls repositories report
	 * @param type the class of the implementation
	 * @param method the method that is called
	 * @return {@code false} if the method of the class has annotations of its own
	 */
	public static boolean isReportedByRepository(Set<Method> custom, Class<?> type, Method method) {
		return !custom.isEmpty() && !Proxy.isProxyClass(type)
				&& custom.contains(ClassUtils.getInterfaceMethodIfPossible(method, type))
				&& MergedAnnotations.from(AopUtils.getMostSpecificMethod(method, type))
					.stream()
					.noneMatch((annotation) -> REPORTING.contains(annotation.getType().getPackageName()));
	}

	/**
	 * Returns the number of the arguments that the caller of a method has written.
	 * @param method the method
	 * @return the number of parameters without the continuation of a suspend function,
	 * which is the last one
	 */
	public static int parameterCount(Method method) {
		return KotlinDetector.isSuspendingFunction(method) ? method.getParameterCount() - 1
				: method.getParameterCount();
	}

	/**
	 * Returns the type that an intercepted call of a method returns.
	 * @param method the method
	 * @return the return type; that of a suspend function is the type of the publisher
	 * into which Spring turns it
	 */
	public static Class<?> returnType(Method method) {
		return (KotlinDetector.isSuspendingFunction(method) && COROUTINES) ? ReactiveCompletion.ofSuspending(method)
				: method.getReturnType();
	}

	/**
	 * Returns why the tags that annotations of Micrometer take from the arguments and the
	 * result of a call cannot be read. Its handlers expect a join point of AspectJ.
	 * @return the reason and the remedy; {@code null} if they can be read
	 */
	public static @Nullable String obstacleToTags() {
		return JOIN_POINTS ? null
				: "it requires AspectJ; add the dependency org.springframework.boot:spring-boot-starter-aspectj";
	}

	/**
	 * Determines when a call whose result may come later has completed. Stateless.
	 */
	public abstract static class Completion {

		/** The call completes when it returns. */
		public static final Completion AT_ONCE = new Completion() {

			@Override
			@Nullable Object watch(@Nullable Object result, long start, Listener listener) {
				listener.completed(start, null, result, result);
				return result;
			}

		};

		/** The call completes with the future. The caller gets the original future. */
		private static final Completion OF_STAGE = new Completion() {

			@Override
			@Nullable Object watch(@Nullable Object result, long start, Listener listener) {
				if (!(result instanceof CompletionStage<?> stage)) {
					return AT_ONCE.watch(result, start, listener);
				}
				stage.whenComplete((value, thrown) -> listener.completed(start, thrown, result, value));
				return result;
			}

		};

		private static final WarnOnce WARNINGS = new WarnOnce(LoggerFactory.getLogger(Calls.class));

		/**
		 * Returns the completion of the calls of a method.
		 * @param method the method
		 * @return the completion
		 */
		public static Completion of(Method method) {
			return of(returnType(method));
		}

		/**
		 * Returns the completion of calls with a return type.
		 * @param type the return type
		 * @return the completion
		 */
		public static Completion of(Class<?> type) {
			if (CompletionStage.class.isAssignableFrom(type)) {
				return OF_STAGE;
			}
			if (ClassUtils.isPresent("reactor.core.publisher.Mono", Calls.class.getClassLoader())) {
				return ReactiveCompletion.ofPublisher(type);
			}
			return AT_ONCE;
		}

		/**
		 * Returns whether a call begins with a subscription to its result.
		 * @return {@code true} if each subscription is a call
		 */
		public boolean isLazy() {
			return false;
		}

		/**
		 * Reports the completion of a call. The caller gets its result even if the
		 * listener fails.
		 * @param result the result of the method
		 * @param start the start of the call, {@link System#nanoTime()}
		 * @param listener the listener to call, at once or later
		 * @return the result for the caller
		 */
		public final @Nullable Object safely(@Nullable Object result, long start, Listener listener) {
			try {
				return watch(result, start, listener);
			}
			catch (RuntimeException ex) {
				WARNINGS.warn("completion", () -> "failed to record the completion of a call: " + ex);
				return result;
			}
		}

		abstract @Nullable Object watch(@Nullable Object result, long start, Listener listener);

	}

	/**
	 * Receives the completion of calls.
	 */
	@FunctionalInterface
	public interface Listener {

		/**
		 * Called when a call has completed.
		 * @param start the start of the call; that of a publisher is its subscription
		 * @param thrown the failure, {@code null} if the call succeeded
		 * @param result the result of the method
		 * @param value the value of the future or of the single-value publisher, or else
		 * the result; {@code null} if there is none
		 */
		void completed(long start, @Nullable Throwable thrown, @Nullable Object result, @Nullable Object value);

		/**
		 * Called when the subscriber of a publisher has cancelled.
		 * @param start the start of the call
		 * @param result the result of the method
		 */
		default void cancelled(long start, @Nullable Object result) {
			completed(start, null, result, null);
		}

		/**
		 * Called when a call begins with a subscription.
		 * @return the start of the call
		 */
		default long begin() {
			return System.nanoTime();
		}

	}

}
