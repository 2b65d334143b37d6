package dev.cairn.spring.aop;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.cairn.annotation.Telemetry;
import dev.cairn.spring.core.ConditionalOnCairn;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.TargetClassAware;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.DecoratingProxy;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotationSelectors;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ReflectionUtils;

/**
 * Finds {@link Telemetry @Telemetry}, and makes the annotations for one part of which it
 * is composed, so that each feature treats them like those of the application. Spring
 * cannot compose them, because a part can be switched off, and several parts have one
 * name. Thread-safe.
 */
public final class TelemetryAnnotations {

	/** All features look at all methods of all beans. */
	private static final Map<Class<?>, Map<Method, Telemetry>> KNOWN = new ConcurrentReferenceHashMap<>();

	private static final Map<Class<?>, Boolean> CANDIDATES = new ConcurrentReferenceHashMap<>();

	/**
	 * The interfaces of Spring's proxies, to which no annotation of another one applies.
	 */
	private static final Set<Class<?>> ADDED_BY_SPRING = Set.of(Advised.class, TargetClassAware.class,
			DecoratingProxy.class);

	private TelemetryAnnotations() {
	}

	/**
	 * Returns the annotation of a method: its own, or else that of its class if it is
	 * public.
	 * @param type the class of the bean
	 * @param method the method
	 * @return the annotation, {@code null} if there is none
	 */
	public static @Nullable Telemetry find(Class<?> type, Method method) {
		Map<Method, Telemetry> methods = methods(type);
		return methods.isEmpty() ? null : methods.get(AopUtils.getMostSpecificMethod(method, type));
	}

	/**
	 * Returns whether a class has methods with the annotation.
	 * @param type the class of the bean
	 * @return {@code false} if there are none
	 */
	public static boolean isIn(Class<?> type) {
		return !methods(type).isEmpty();
	}

	/**
	 * Returns whether a class may have annotations of Cairn or Micrometer. Most beans of
	 * a small application are those of Spring, or have no annotations but Spring's, and
	 * looking at their methods for each feature takes a noticeable part of the startup.
	 * @param type the class of the bean
	 * @return {@code false} if its methods need not be looked at
	 */
	public static boolean isCandidate(Class<?> type) {
		if (isOfSpring(type)) {
			return false;
		}
		Boolean candidate = CANDIDATES.get(type);
		if (candidate == null) {
			candidate = hasOtherAnnotations(type);
			CANDIDATES.put(type, candidate);
		}
		return candidate;
	}

	/** The sample applications of Spring are applications like others. */
	private static boolean isOfSpring(Class<?> type) {
		return type.getName().startsWith("org.springframework.")
				&& !type.getName().startsWith("org.springframework.samples.");
	}

	/**
	 * Returns whether a class, one of its methods or parameters, or what it extends or
	 * implements has an annotation that is not one of the JDK or of Spring.
	 */
	private static boolean hasOtherAnnotations(@Nullable Class<?> type) {
		if (type == null || type.getName().startsWith("java.") || isOfSpring(type)) {
			return false;
		}
		try {
			return isAnyOther(type.getDeclaredAnnotations())
					|| Stream.of(ReflectionUtils.getDeclaredMethods(type))
						.anyMatch(TelemetryAnnotations::hasOtherAnnotations)
					|| hasOtherAnnotations(type.getSuperclass())
					|| Stream.of(type.getInterfaces()).anyMatch(TelemetryAnnotations::hasOtherAnnotations);
		}
		catch (IllegalStateException | LinkageError ex) {
			// The class refers to a library that is not on the class path
			return true;
		}
	}

	private static boolean hasOtherAnnotations(Method method) {
		return isAnyOther(method.getDeclaredAnnotations())
				|| Stream.of(method.getParameterAnnotations()).anyMatch(TelemetryAnnotations::isAnyOther);
	}

	private static boolean isAnyOther(Annotation[] annotations) {
		return Stream.of(annotations)
			.map(Annotation::annotationType)
			.anyMatch((type) -> !type.getName().startsWith("java.") && !isOfSpring(type)
					&& type != ConditionalOnCairn.class);
	}

	private static Map<Method, Telemetry> methods(Class<?> type) {
		if (!isCandidate(type)) {
			return Map.of();
		}
		Map<Method, Telemetry> methods = KNOWN.get(type);
		if (methods == null) {
			methods = select(type);
			KNOWN.put(type, methods);
		}
		return methods;
	}

	private static Map<Method, Telemetry> select(Class<?> type) {
		try {
			Map<Method, Telemetry> methods = new HashMap<>();
			MethodIntrospector.selectMethods(type, (MetadataLookup<Telemetry>) (method) -> {
				Telemetry found = find(method, type);
				if (found != null) {
					// A JDK proxy has methods of its own, and those for bridges
					methods.put(AopUtils.getMostSpecificMethod(method, type), found);
				}
				return found;
			});
			return Map.copyOf(methods);
		}
		catch (IllegalStateException | LinkageError ex) {
			// The class refers to a library that is not on the class path
			return Map.of();
		}
	}

	private static @Nullable Telemetry find(Method method, Class<?> type) {
		Method specific = AopUtils.getMostSpecificMethod(method, type);
		Telemetry own = AnnotatedElementUtils.findMergedAnnotation(specific, Telemetry.class);
		return (own == null && isInherited(specific) && !ADDED_BY_SPRING.contains(method.getDeclaringClass()))
				? AnnotatedElementUtils.findMergedAnnotation(specific.getDeclaringClass(), Telemetry.class) : own;
	}

	/**
	 * Returns what has the annotation of a method.
	 * @param type the class of the bean
	 * @param method a method that has one
	 * @return the method, or else its class
	 */
	public static AnnotatedElement holder(Class<?> type, Method method) {
		Method specific = AopUtils.getMostSpecificMethod(method, type);
		return AnnotatedElementUtils.hasAnnotation(specific, Telemetry.class) ? specific : specific.getDeclaringClass();
	}

	/**
	 * Returns the annotations of a method or a class that are or contain
	 * {@link Telemetry}. Those of an interface that are replaced are left out.
	 * @param holder what has them
	 * @return their names; only the first one has an effect
	 */
	public static List<String> names(AnnotatedElement holder) {
		MergedAnnotations all = MergedAnnotations.from(holder, SearchStrategy.TYPE_HIERARCHY);
		MergedAnnotation<Telemetry> first = all.get(Telemetry.class, null,
				MergedAnnotationSelectors.firstDirectlyDeclared());
		return Stream
			.concat(Stream.of(first),
					all.stream(Telemetry.class)
						.filter((other) -> other.getAggregateIndex() <= first.getAggregateIndex()))
			.map((each) -> "@" + each.getRoot().getType().getSimpleName())
			.distinct()
			.toList();
	}

	/**
	 * Returns whether an annotation of a class applies to a method.
	 * @param method the method
	 * @return {@code true} for public methods of the class
	 */
	public static boolean isInherited(Method method) {
		return Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers())
				&& !method.isSynthetic() && !ReflectionUtils.isObjectMethod(method);
	}

	/**
	 * Makes an annotation for one part.
	 * @param <A> the type of the annotation
	 * @param type the type of the annotation
	 * @param attributes its attributes, if they are not the default ones
	 * @return the annotation
	 */
	public static <A extends Annotation> A part(Class<A> type, Map<String, ?> attributes) {
		return MergedAnnotation.of(type, attributes).synthesize();
	}

	/**
	 * The annotations for one part of the telemetry.
	 *
	 * @param <A> the type of the annotations
	 * @param finder finds those of the application on a method or on a class
	 * @param composer makes that of {@link Telemetry}, {@code null} if the part is off
	 * @param same whether two annotations have one name
	 */
	public record Part<A extends Annotation>(Function<AnnotatedElement, Set<A>> finder,
			Function<Telemetry, @Nullable A> composer, BiPredicate<A, A> same) {

		/**
		 * Returns the annotations of a method, or else those of its class.
		 * {@link Telemetry} adds one, unless there is one with its name.
		 * @param type the class of the bean
		 * @param specific the method of the class
		 * @param inherited whether annotations of the class apply to the method
		 * @return the annotations
		 */
		public Set<A> of(Class<?> type, Method specific, boolean inherited) {
			A composed = composed(type, specific);
			boolean own = composed != null && AnnotatedElementUtils.hasAnnotation(specific, Telemetry.class);
			Set<A> found = with(this.finder.apply(specific), own ? composed : null);
			return (found.isEmpty() && inherited) ? with(this.finder.apply(specific.getDeclaringClass()), composed)
					: found;
		}

		/**
		 * Returns whether an annotation is not one of the application.
		 * @param type the class of the bean
		 * @param specific the method of the class
		 * @param annotation an annotation of the method
		 * @return {@code true} if {@link Telemetry} is composed of it
		 */
		public boolean isComposed(Class<?> type, Method specific, A annotation) {
			return annotation.equals(composed(type, specific)) && !this.finder.apply(specific).contains(annotation)
					&& !this.finder.apply(specific.getDeclaringClass()).contains(annotation);
		}

		private @Nullable A composed(Class<?> type, Method specific) {
			Telemetry telemetry = find(type, specific);
			return (telemetry != null) ? this.composer.apply(telemetry) : null;
		}

		private Set<A> with(Set<A> found, @Nullable A composed) {
			if (composed == null || found.stream().anyMatch((each) -> this.same.test(each, composed))) {
				return found;
			}
			Set<A> all = new LinkedHashSet<>();
			all.add(composed);
			all.addAll(found);
			return all;
		}

	}

	/**
	 * Thrown when an annotation of Cairn is invalid. Fails the start.
	 */
	public static final class InvalidAnnotationException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final String action;

		/**
		 * Creates an exception.
		 * @param message the annotation, its method and the mistake
		 * @param action the remedy
		 * @param cause the mistake
		 */
		public InvalidAnnotationException(String message, String action, Throwable cause) {
			super(message, cause);
			this.action = action;
		}

		String action() {
			return this.action;
		}

	}

}
