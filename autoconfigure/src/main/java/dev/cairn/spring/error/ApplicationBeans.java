package dev.cairn.spring.error;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.EventListener;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.ProxyConfig;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.objenesis.SpringObjenesis;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;

/**
 * Matches the methods of the application's own beans that can be proxied by a subclass
 * without side effects that are visible in the class. In case of doubt a bean does not
 * match: it works as before, and its failures are reported without arguments.
 */
final class ApplicationBeans extends StaticMethodMatcherPointcut {

	/** Types of beans that are part of the container. */
	private static final List<Class<?>> CONTAINER = List.of(BeanPostProcessor.class, BeanFactoryPostProcessor.class,
			FactoryBean.class, AopInfrastructureBean.class, Advisor.class, org.aopalliance.aop.Advice.class,
			EventListener.class);

	private static final Set<String> CONTAINER_CONTRACTS = Set.of("jakarta.servlet", "jakarta.servlet.http",
			"dev.cairn", "dev.cairn.delivery");

	private static final Set<String> CONTAINER_ANNOTATIONS = Set.of(
			"org.springframework.context.annotation.Configuration", "org.springframework.context.annotation.Scope",
			"org.aspectj.lang.annotation.Aspect", "org.springframework.web.bind.annotation.ControllerAdvice",
			"org.springframework.boot.context.properties.ConfigurationProperties");

	/** Annotations of private members that are processed before the proxy is created. */
	private static final List<String> PROCESSED_ON_TARGET = List.of("jakarta.annotation.", "java.lang.",
			"org.springframework.beans.factory.annotation.");

	private final List<String> prefixes;

	private final ConfigurableBeanFactory beans;

	/** Otherwise, a proxy would call the constructor of the bean again. */
	private final boolean constructorless = new SpringObjenesis().isWorthTrying();

	private volatile @Nullable Boolean classProxying;

	ApplicationBeans(List<String> packages, ConfigurableBeanFactory beans) {
		this.prefixes = packages.stream().filter((name) -> !name.isEmpty()).map((name) -> name + ".").toList();
		this.beans = beans;
		setClassFilter(this::matches);
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return FailedCalls.isRemembered(method);
	}

	boolean matches(Class<?> type) {
		return isOwn(type) && this.constructorless && AnnotatedElementUtils.isAnnotated(type, Component.class)
				&& !isPartOfContainer(type) && !hasOwnAnnotation(type) && hasBeanClassLoader(type) && isExtensible(type)
				&& hasSafeMembers(type) && isClassProxying();
	}

	private boolean isOwn(Class<?> type) {
		return this.prefixes.stream().anyMatch(type.getName()::startsWith);
	}

	private static boolean isPartOfContainer(Class<?> type) {
		return CONTAINER.stream().anyMatch((role) -> role.isAssignableFrom(type))
				|| CONTAINER_ANNOTATIONS.stream().anyMatch((name) -> AnnotatedElementUtils.isAnnotated(type, name))
				|| ClassUtils.getAllInterfacesForClassAsSet(type)
					.stream()
					.anyMatch(ApplicationBeans::isContainerContract);
	}

	private static boolean isContainerContract(Class<?> contract) {
		return CONTAINER_CONTRACTS.contains(contract.getPackageName())
				|| Stream.of(contract.getInterfaces()).anyMatch(ApplicationBeans::isContainerContract);
	}

	/**
	 * The application may read its own annotations from the class of the bean. The class
	 * of a proxy does not have them. Stereotype annotations are safe.
	 */
	private boolean hasOwnAnnotation(Class<?> type) {
		return Stream.of(type.getDeclaredAnnotations())
			.map((annotation) -> annotation.annotationType())
			.anyMatch((annotation) -> isOwn(annotation)
					&& !AnnotatedElementUtils.isAnnotated(annotation, Component.class));
	}

	/** Package-private methods can be overridden by the same class loader only. */
	private boolean hasBeanClassLoader(Class<?> type) {
		return type.getClassLoader() == this.beans.getBeanClassLoader();
	}

	private static boolean isExtensible(Class<?> type) {
		int modifiers = type.getModifiers();
		return !type.isInterface() && !Modifier.isFinal(modifiers) && !Modifier.isPrivate(modifiers) && !type.isSealed()
				&& !type.isHidden() && !ClassUtils.isCglibProxyClass(type)
				&& (type.getEnclosingClass() == null || Modifier.isStatic(modifiers))
				&& Stream.of(type.getDeclaredConstructors())
					.anyMatch((constructor) -> !Modifier.isPrivate(constructor.getModifiers()));
	}

	/**
	 * The fields of the proxy are not set, so members that it does not override must not
	 * be accessed through it. All superclasses must be the application's own, since those
	 * of a library are unknown.
	 */
	private boolean hasSafeMembers(Class<?> type) {
		return type == Object.class
				|| (isOwn(type) && Stream.of(type.getDeclaredFields()).noneMatch(ApplicationBeans::isAccessible)
						&& Stream.of(type.getDeclaredMethods()).noneMatch(ApplicationBeans::isNotOverridden)
						&& hasSafeMembers(type.getSuperclass()));
	}

	private static boolean isAccessible(Field field) {
		return (field.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE | Modifier.PROTECTED)) == 0;
	}

	/** Frameworks call annotated private methods, such as listeners, by reflection. */
	private static boolean isNotOverridden(Method method) {
		if (Modifier.isStatic(method.getModifiers()) || method.isSynthetic()) {
			return false;
		}
		if (Modifier.isPrivate(method.getModifiers())) {
			return Stream.of(method.getDeclaredAnnotations())
				.map((annotation) -> annotation.annotationType().getName())
				.anyMatch((name) -> PROCESSED_ON_TARGET.stream().noneMatch(name::startsWith));
		}
		return Modifier.isFinal(method.getModifiers()) || AnnotatedElementUtils.isAnnotated(method, Bean.class);
	}

	/** A proxy of interfaces cannot be injected by class. */
	private boolean isClassProxying() {
		Boolean known = this.classProxying;
		if (known == null) {
			known = this.beans.containsSingleton(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME)
					&& this.beans
						.getSingleton(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME) instanceof ProxyConfig config
					&& config.isProxyTargetClass();
			this.classProxying = known;
		}
		return known;
	}

}
