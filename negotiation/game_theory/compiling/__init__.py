"""Compilation of kernels by Numba, with a notice if it takes long. Nothing here is public.

Numba compiles each called function as a program of its own: it optimises the function together with all that
it calls, and makes machine code with two entries for Python. In a chain of calls the last function is
therefore optimised once for each function above it, which took most of the time of a solver's first use. Here
a function that a kernel calls is only lowered; it is optimised and becomes machine code once, within the
kernel that Python calls. A function that Python calls directly is compiled as usual and cached on disk.
"""

# mypy: disallow-untyped-calls=False

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast
from weakref import WeakSet

from numba.core import codegen, compiler, config, event, ir, sigutils, targetconfig, types, untyped_passes
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import CPUDispatcher
from numba.core.target_extension import jit_registry, target_registry
from numba.core.typed_passes import AnnotateTypes
from numba.core.typing.templates import make_concrete_template

from negotiation.base.interrupts import uninterrupted
from negotiation.base.progress import is_read
from negotiation.game_theory.compiling.keeping import Kept, say_not_kept
from negotiation.game_theory.compiling.uncounted import CountNothing, are_known

F = TypeVar("F", bound=Callable[..., Any])

# LLVM's level of optimisation, the same as Numba's.
SPEED = 3

# Passes of Numba for what kernels do not contain: closures, `with`, functions to inline, literals to unroll.
UNNEEDED = (
    untyped_passes.WithLifting, untyped_passes.InlineClosureLikes, untyped_passes.InlineInlinables,
    untyped_passes.RewriteDynamicRaises, untyped_passes.MakeFunctionToJitFunction,
    untyped_passes.FindLiterallyCalls, untyped_passes.LiteralUnroll,
    untyped_passes.LiteralPropagationSubPipelinePass,
)  # fmt: skip

# Parts of instructions without variables, among the most frequent ones.
PLAIN = frozenset({str, int, bool, type(None), ir.Loc})

# Seconds of compilation before the notice.
PATIENCE = 2.0

LOGGER = logging.getLogger(__name__)
NOTICE = "negotiation: compiling what this needs for this machine; it is kept, so this wait comes once ..."


# Those whose programs are kept on disk.
KERNELS: WeakSet[Kernel] = WeakSet()


class LoweredPart(codegen.JITCodeLibrary):
    """The lowered code of one function, for programs to link: neither optimised nor machine code."""

    def __init__(self, owner: codegen.CPUCodegen, name: str) -> None:
        super().__init__(owner, name)
        self.callees: list[codegen.CodeLibrary] = []

    def add_linking_library(self, library: codegen.CodeLibrary) -> None:
        """Record a library that this one calls."""
        self.callees.append(library)

    def finalize(self) -> None:
        """Allow no more changes."""
        # Numba's own library would link what it calls, optimise the whole and write machine code here. A part
        # does none of it: it stays the modules that were lowered, until a program links them.
        self._finalize_dynamic_globals()
        self._finalized = True

    def _optimize_functions(self, ll_module: Any) -> None:
        """Optimise each function that has a body, unlike Numba, which also prepares mere declarations."""
        ll_module.data_layout = self._codegen._data_layout  # noqa: SLF001 - as Numba does
        for function in ll_module.functions:
            if not function.is_declaration:
                passes, builder = self._codegen._function_pass_manager()  # noqa: SLF001 - the same
                passes.run(function, builder)

    def alone(self) -> Any:
        """Return the lowered code of this function, without the functions that it calls."""
        # Past this class's own answer, which has what it calls linked in already.
        return super()._get_module_for_linking()

    def _get_module_for_linking(self) -> Any:
        """Return this code with all that it calls, for Numba's own libraries, which link nothing further."""
        module = self.alone()
        if self.callees:
            # Linking changes a module in place, and other programs link this part as well.
            module = module.clone()
            for library in callers_first(self):
                module.link_in(own_module(library), preserve=True)
        return module


class Whole(LoweredPart):
    """A program that Python calls, with all that it calls in turn."""

    def finalize(self) -> None:
        """Link all parts, optimise them as one program and compile it to machine code."""
        # Each part of the whole tree of calls by itself and once, however many kernels on the way call it.
        for library in callers_first(self):
            codegen.JITCodeLibrary.add_linking_library(self, Alone(library))
        codegen.JITCodeLibrary.finalize(self)

    def _get_module_for_linking(self) -> Any:
        """Return the whole program, which contains all that it calls."""
        return self.alone()

    def _optimize_final_module(self) -> None:
        """Optimise as Numba does, but leave loops as they are, which saves a quarter of its time."""
        # In the order of Numba: a cheap pass over the whole first, then the full one, here without what
        # unrolls and vectorises loops.
        cheap, builder = self._codegen._module_pass_manager(  # noqa: SLF001 - there is no other way to it
            loop_vectorize=False, slp_vectorize=False, opt=0, cost="cheap"
        )
        cheap.run(self._final_module, builder)
        llvm = cast("Any", codegen).ll
        wishes = llvm.create_pipeline_tuning_options(SPEED)
        wishes.loop_unrolling = wishes.loop_vectorization = wishes.slp_vectorization = False
        builder = llvm.create_pass_builder(self._codegen._tm, wishes)  # noqa: SLF001 - the same
        full = builder.getModulePassManager()
        # Numba's own pass takes out pairs of increments and decrements of reference counts.
        full.add_refprune_pass()
        full.run(self._final_module, builder)


class Alone:
    """A library as a program links it: without its callees, which the program links separately."""

    def __init__(self, library: codegen.CodeLibrary) -> None:
        self.library = library
        self._reload_init = library._reload_init  # noqa: SLF001 - what Numba asks of what it links

    def _ensure_finalized(self) -> None:
        self.library._ensure_finalized()  # noqa: SLF001 - the same

    def _get_module_for_linking(self) -> Any:
        return own_module(self.library)


def own_module(library: codegen.CodeLibrary) -> Any:
    """Return the module of a part without its callees, or of another library with all that it has linked."""
    if isinstance(library, LoweredPart):
        return library.alone()
    return cast("Any", library)._get_module_for_linking()  # noqa: SLF001 - as Numba's own libraries do


def callers_first(whole: LoweredPart) -> list[codegen.CodeLibrary]:
    """Return the libraries that a program needs, each before those that it calls, as LLVM links them."""
    in_order: dict[codegen.CodeLibrary, None] = {}

    # A search in depth, by the order in which it leaves each library, turned round: an order of the tree of
    # calls in which callers come first. Kernels do not call one another in circles.
    def visit(library: codegen.CodeLibrary) -> None:
        """Add the callees of a library, each after its own callees, and then the library itself."""
        # A library of another kind, such as that of a function of NumPy's, has linked what it calls.
        for callee in library.callees if isinstance(library, LoweredPart) else ():
            if callee not in in_order:
                visit(callee)
        in_order[library] = None

    visit(whole)
    return [library for library in reversed(in_order) if library is not whole]


class Options(compiler.Flags):
    """Numba's options, compared by the values that were set; Numba compares all ninety for each call."""

    _HASH = hash(tuple(sorted(compiler.Flags.options)))

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, compiler.Flags):
            return NotImplemented
        mine, theirs = self._values, other._values
        # What neither has set is at its default in both.
        return mine == theirs or all(getattr(self, name) == getattr(other, name) for name in {*mine, *theirs})

    def __hash__(self) -> int:
        # As Numba's own, which is of the names of options and not of their values.
        return self._HASH

    def values(self) -> dict[str, Any]:
        """Return the options that were set; Numba asks for them at each pass, to describe it."""
        return dict(self._values)


class WholeCompiler(compiler.Compiler):
    """Numba's own passes, which write to a library of the class `library`."""

    library: type[LoweredPart] = Whole

    def compile_extra(self, func: Callable[..., Any]) -> Any:
        """Compile a function."""
        self.state.library = self.library(self.state.targetctx.codegen(), func.__qualname__)
        self.state.library.enable_object_caching()
        return super().compile_extra(func)


class PartCompiler(WholeCompiler):
    """Numba's own passes, which write to a library that programs link."""

    library = LoweredPart

    def define_pipelines(self) -> Any:
        """Return Numba's own passes without those that a kernel never needs, and one more before lowering."""
        (passes,) = super().define_pipelines()
        if are_known():
            if self.state.func_id.modname.startswith("negotiation."):
                passes.passes = [each for each in passes.passes if each[0] not in UNNEEDED]
            passes.add_pass_after(CountNothing, AnnotateTypes)
            passes.finalize()
        return [passes]


class Kernel(CPUDispatcher):
    """A compiled function: a program if Python calls it, and a part of one if another kernel does.

    It accepts the arguments of Numba's dispatchers. If Python calls it with types for which only a part
    exists, the program is compiled then.
    """

    def __init__(
        self,
        py_func: Callable[..., Any],
        locals: dict[str, Any] | None = None,  # noqa: A002 - as Numba names it
        targetoptions: dict[str, Any] | None = None,
        pipeline_class: type[compiler.CompilerBase] = WholeCompiler,
    ) -> None:
        super().__init__(py_func, locals, targetoptions, pipeline_class)
        self._parts: set[Any] = set()

    def enable_caching(self) -> None:
        """Keep programs on disk, if a folder can be written."""
        try:
            self._cache = Kept(self.py_func)
        except RuntimeError:
            say_not_kept()
        else:
            KERNELS.add(self)

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Return how another kernel calls this one; compile a part if there is no program yet."""
        signature, folded = self._compiler.fold_argument_types(args, kws)  # type: ignore[attr-defined]
        # One part for whole numbers, not another one for each number that is written out in a call.
        folded = tuple(types.unliteral(argument) for argument in folded)
        # Not compiled for these types yet, neither as a program nor as a part. What is a program already is
        # linked as it is.
        if folded not in self.overloads:
            self._add_part(folded)
        name = self.py_func.__name__
        template = make_concrete_template(
            f"CallTemplate({name})", key=name, signatures=self.nopython_signatures
        )
        return template, signature, folded, {}

    def _add_part(self, taken: tuple[Any, ...]) -> None:
        details = {"dispatcher": self, "args": taken, "return_type": None}
        with global_compiler_lock, event.trigger_event("numba:compile", data=details):
            part = compiler.compile_extra(
                self.typingctx, self.targetctx, self.py_func, taken, None, self._part_flags(), self.locals,
                pipeline_class=PartCompiler,
            )  # fmt: skip
            # What a kernel looks a function up by is an entry of Python's as a rule; here there is none.
            part = part._replace(entry_point=object())
            self.targetctx.insert_user_function(part.entry_point, part.fndesc, [part.library])
            self.overloads[taken] = part
            self._parts.add(taken)

    def _part_flags(self) -> Any:
        flags: Any = Options()
        self.targetdescr.options.parse_as_flags(flags, self.targetoptions)
        # No machine code, and neither entry for Python or C: of a part nobody takes the address.
        flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
        return flags

    def compile(self, sig: Any) -> Any:
        """Compile the program for Python, or load it from disk."""
        taken = tuple(sigutils.normalize_signature(sig)[0])
        # LLVM asks Python for what is kept on disk, and crashes if a Ctrl-C is raised there.
        with uninterrupted(), global_compiler_lock, undisturbed(), in_parts(), types_kept():
            # Python calls what is but a part so far. Kernels that linked the part keep it, since a program
            # holds its own copy; those that are compiled from now on link the program.
            if taken in self._parts:
                self._parts.remove(taken)
                del self.overloads[taken]
            return super().compile(sig)


def _as_part(**options: Any) -> Callable[[Callable[..., Any]], Kernel]:
    """Return a decorator that makes one of Numba's own functions, such as that of `np.zeros`, a part."""
    wanted = {"nopython": True, "boundscheck": None, **options}
    return lambda function: Kernel(function, targetoptions=dict(wanted))


def kept_in() -> Path | None:
    """Return the common folder of the programs that are kept on disk; None if none are kept."""
    folders = [str(kernel.stats.cache_path) for kernel in KERNELS]
    return Path(os.path.commonpath(folders)) if folders else None


@contextmanager
def undisturbed() -> Iterator[None]:
    """Pause garbage collection: most objects of a compiler stay alive, and scanning them is slow."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            # This makes all objects old, so that the next collection of young ones does not scan them either.
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


@contextmanager
def in_parts() -> Iterator[None]:
    """Make Numba compile its own functions as parts too; otherwise each becomes a program.

    The results are stored under the options of kernels. No other compiled function has these options, so none
    links a part.
    """
    target = target_registry["cpu"]
    before = jit_registry[target]
    # The registry takes no second entry under one name.
    dict.__setitem__(jit_registry, target, _as_part)
    try:
        yield
    finally:
        dict.__setitem__(jit_registry, target, before)


@contextmanager
def types_kept() -> Iterator[None]:
    """Keep the type of each call to one of Numba's functions, so that an equal call is not typed again.

    Numba tries all forms of a function, such as those of `<`, one after the other at each call.
    """
    typed: dict[Any, Any] = {}
    functions: Any = types.BaseFunction
    before = functions.get_call_type

    def get_call_type(self: Any, context: Any, args: Any, kws: Any) -> Any:
        """Return the signature of a call, as Numba's own method does."""
        # The options of the caller decide how a function is compiled that it calls.
        key = (id(self), args, tuple(kws.items()), targetconfig.ConfigStack.top_or_none())
        if key not in typed:
            # The function is held, so that no other gets its identity.
            typed[key] = before(self, context, args, kws), self
        return typed[key][0]

    with swapped(functions, "get_call_type", get_call_type), swapped(ir.Inst, "_rec_list_vars", variables_in):
        yield


@contextmanager
def swapped(owner: Any, name: str, function: Callable[..., Any]) -> Iterator[None]:
    """Put a function in the place of one of Numba's."""
    before = getattr(owner, name)
    setattr(owner, name, function)
    try:
        yield
    finally:
        setattr(owner, name, before)


def variables_in(instruction: Any, part: Any) -> list[ir.Var]:
    """Return the variables in a part of an instruction; Numba's own method first tries all kinds."""
    if type(part) in PLAIN:
        return []
    if isinstance(part, ir.Var):
        return [part]
    if isinstance(part, (dict, list, tuple)):
        parts = part.values() if isinstance(part, dict) else part
        return [variable for each in parts for variable in variables_in(instruction, each)]
    return part.list_vars() if isinstance(part, ir.Inst) else []


def njit(*, cache: bool = False, **options: Any) -> Callable[[F], F]:
    """Return a decorator that makes a function a kernel, with the options of Numba's own `njit`."""

    def compiled(function: F) -> F:
        """Return the kernel of a function, or the function itself if compilation is switched off."""
        if getattr(config, "DISABLE_JIT", False):
            return function
        kernel = Kernel(
            function,
            targetoptions={"nopython": True, "boundscheck": None, "no_cfunc_wrapper": True, **options},
        )
        if cache:
            kernel.enable_caching()
        return cast("F", kernel)

    return compiled


class Stopwatch(event.Listener):
    """Counts the compiled programs and the seconds of compilation; parts count with their program."""

    def __init__(self) -> None:
        self.programs, self.seconds = 0, 0.0
        self._depth, self._begun = 0, 0.0

    def on_start(self, event: Any) -> None:  # noqa: ARG002 - as Numba calls it
        """Record that the compilation of a function begins."""
        # Events nest: what a kernel calls is compiled within it. The time is the outermost one's.
        if self._depth == 0:
            self._begun = time.monotonic()
        self._depth += 1

    def on_end(self, event: Any) -> None:  # noqa: ARG002 - as Numba calls it
        """Record that the compilation of a function has ended."""
        if self._depth == 1:
            self.programs, self.seconds = self.programs + 1, self.passed()
        self._depth -= 1

    def passed(self) -> float:
        """Return the seconds so far, including the program that is being compiled."""
        return self.seconds + (time.monotonic() - self._begun if self._depth else 0.0)


class Notice(Stopwatch):
    """Logs one line once compilation has taken `patience` seconds in all, if the log is read."""

    def __init__(self, patience: float = PATIENCE) -> None:
        super().__init__()
        self.patience = patience
        self.said = False

    def on_start(self, event: Any) -> None:
        """Record that the compilation of a function begins, and log a notice if compilation is slow."""
        super().on_start(event)
        if not self.said and self.passed() >= self.patience and is_read(LOGGER):
            self.said = True
            LOGGER.warning(NOTICE)


@lru_cache(maxsize=1)
def announce() -> None:
    """Announce long compilation, in the first process and not in its workers."""
    if multiprocessing.parent_process() is None:
        event.register("numba:compile", Notice())
