package dev.cairn.spring.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.cairn.ApplicationFrames;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Finds calls of annotated methods on {@code this}, which do not pass the proxy.
 */
record SelfInvocationCheck(ConfigurableListableBeanFactory beans,
		ApplicationFrames application) implements DoctorCheck {

	@Override
	public String name() {
		return "self-invocation";
	}

	@Override
	public List<Finding> examine() throws IOException {
		List<Finding> findings = new ArrayList<>();
		for (Class<?> type : ApplicationClasses.ofBeans(this.beans, this.application)
			.filter((bean) -> !bean.isHidden() && !bean.isInterface())
			.toList()) {
			Map<String, String> annotated = annotated(type);
			if (!annotated.isEmpty()) {
				try (InputStream in = ApplicationClasses.open(type)) {
					if (in != null) {
						new ClassReader(in).accept(new Calls(type, annotated, findings), ClassReader.SKIP_DEBUG);
					}
				}
			}
		}
		return findings;
	}

	/** Returns the annotations by the names and descriptors of the methods. */
	private static Map<String, String> annotated(Class<?> type) {
		Map<String, String> annotated = new TreeMap<>();
		try {
			for (Method method : type.getDeclaredMethods()) {
				String annotation = method.isSynthetic() ? null : Annotations.of(method);
				if (annotation != null) {
					annotated.put(method.getName() + Type.getMethodDescriptor(method), annotation);
				}
			}
			return annotated;
		}
		catch (LinkageError ex) {
			// The class refers to a library that is not on the class path
			return Map.of();
		}
	}

	/** The methods of a class. */
	private static final class Calls extends ClassVisitor {

		private final Class<?> type;

		private final Map<String, String> annotated;

		private final List<Finding> findings;

		Calls(Class<?> type, Map<String, String> annotated, List<Finding> findings) {
			super(SpringAsmInfo.ASM_VERSION);
			this.type = type;
			this.annotated = annotated;
			this.findings = findings;
		}

		@Override
		public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
				String[] exceptions) {
			boolean bridge = (access & Opcodes.ACC_BRIDGE) != 0 || (access & Opcodes.ACC_STATIC) != 0;
			return bridge ? null : new Body(name, this.type, descriptor, this.annotated, this.findings);
		}

	}

	/**
	 * The instructions of a method. Where they make, load or receive another object of
	 * the class, such as the injected proxy, the receiver of a call is not known, and the
	 * method is left out.
	 */
	private static final class Body extends MethodVisitor {

		private final String method;

		private final Class<?> type;

		private final String owner;

		private final Map<String, String> annotated;

		private final List<Finding> findings;

		private final List<Finding> own = new ArrayList<>();

		private boolean others;

		Body(String method, Class<?> type, String descriptor, Map<String, String> annotated, List<Finding> findings) {
			super(SpringAsmInfo.ASM_VERSION);
			this.method = method;
			this.type = type;
			this.owner = Type.getInternalName(type);
			this.annotated = annotated;
			this.findings = findings;
			this.others = descriptor.contains("L" + this.owner + ";");
		}

		@Override
		public void visitFieldInsn(int opcode, String fieldOwner, String name, String descriptor) {
			this.others |= descriptor.contains("L" + this.owner + ";");
		}

		/** Also that of a cast. */
		@Override
		public void visitTypeInsn(int opcode, String other) {
			this.others |= other.equals(this.owner);
		}

		@Override
		public void visitMethodInsn(int opcode, String methodOwner, String name, String descriptor,
				boolean isInterface) {
			this.others |= Type.getReturnType(descriptor).getDescriptor().contains("L" + this.owner + ";");
			String annotation = this.annotated.get(name + descriptor);
			if (opcode == Opcodes.INVOKEVIRTUAL && methodOwner.equals(this.owner) && annotation != null) {
				this.own.add(new Finding(
						annotation + " on " + name + " has no effect on the call in " + this.method
								+ ", because a call on this does not pass the proxy",
						this.type.getName() + "#" + this.method, "The call is not recorded",
						"Move " + name + " to another bean, or inject " + this.type.getSimpleName()
								+ " into itself with @Lazy, and call that"));
			}
		}

		@Override
		public void visitEnd() {
			if (!this.others) {
				this.findings.addAll(this.own);
			}
		}

	}

}
