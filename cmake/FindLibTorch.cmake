# Finds LibTorch and defines LibTorch::LibTorch (torch_cpu and c10 only, headers as SYSTEM), with OpenMP for all that use it.
#
# RNNGAN_LIBTORCH names the one to take, and no other will do. Without it the first found wins:
# Torch_DIR or CMAKE_PREFIX_PATH, .libtorch/ in the project, the PyTorch of python3, Debian's libtorch-dev.
# The project's own TorchConfig.cmake is not used: that of a CUDA build asks for a CUDA toolkit, which is not needed here, since
# libtorch_cuda is loaded at run time when a GPU is asked for. Debian's package, a wheel, an installed PyTorch and the official
# archive all have the same two libraries.

function(_libtorch_try root origin)
  if(LibTorch_ROOT_DIR OR NOT root)
    return()
  endif()
  foreach(include "${root}/include" "${root}/../../include" "${root}/../../../include")
    foreach(lib "${root}/lib" "${root}/../.." "${root}/../../../lib/${CMAKE_LIBRARY_ARCHITECTURE}"
                "${root}/lib/${CMAKE_LIBRARY_ARCHITECTURE}")
      if(EXISTS "${include}/torch/csrc/api/include/torch/types.h" AND EXISTS "${lib}/libtorch_cpu.so")
        # PyTorch before 2.7 was published with the old C++ ABI, which cannot be linked with the system's libraries.
        file(STRINGS "${lib}/libc10.so" _new_abi REGEX "NSt7__cxx1112basic_string" LIMIT_COUNT 1)
        if(NOT _new_abi)
          message(STATUS "LibTorch: skipped ${root} (${origin}): built with the old C++ ABI")
          return()
        endif()
        get_filename_component(include "${include}" REALPATH)
        get_filename_component(lib "${lib}" REALPATH)
        set(LibTorch_ROOT_DIR "${root}" PARENT_SCOPE)
        set(LibTorch_INCLUDE_DIR "${include}" PARENT_SCOPE)
        set(LibTorch_LIBRARY_DIR "${lib}" PARENT_SCOPE)
        set(LibTorch_ORIGIN "${origin}" PARENT_SCOPE)
        return()
      endif()
    endforeach()
  endforeach()
endfunction()

unset(LibTorch_ROOT_DIR)
if(RNNGAN_LIBTORCH)
  _libtorch_try("${RNNGAN_LIBTORCH}" "RNNGAN_LIBTORCH")
else()
  if(Torch_DIR)
    _libtorch_try("${Torch_DIR}/../../.." "Torch_DIR")
  endif()
  foreach(prefix IN LISTS CMAKE_PREFIX_PATH)
    _libtorch_try("${prefix}" "CMAKE_PREFIX_PATH")
  endforeach()
  _libtorch_try("${CMAKE_CURRENT_SOURCE_DIR}/.libtorch/torch" ".libtorch")
  _libtorch_try("${CMAKE_CURRENT_SOURCE_DIR}/.libtorch" ".libtorch")
  if(NOT LibTorch_ROOT_DIR)
    find_program(RNNGAN_PYTHON python3)
    if(RNNGAN_PYTHON)
      execute_process(
        COMMAND "${RNNGAN_PYTHON}" -c
          "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')"
        OUTPUT_VARIABLE _python_torch OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
      _libtorch_try("${_python_torch}" "PyTorch of python3")
    endif()
  endif()
  _libtorch_try("/usr" "system package")
endif()

if(LibTorch_ROOT_DIR)
  file(STRINGS "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include/torch/version.h" _version
    REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
  if(NOT _version AND EXISTS "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h")
    file(STRINGS "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h" _version
      REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
  endif()
  string(REGEX REPLACE "[^0-9;]" "" _version "${_version}")
  string(REPLACE ";" "." LibTorch_VERSION "${_version}")
endif()

# c10d with its backend Gloo: data-parallel training needs both.
if(LibTorch_ROOT_DIR)
  execute_process(COMMAND grep -qaF ProcessGroupGlooC1E "${LibTorch_LIBRARY_DIR}/libtorch_cpu.so" RESULT_VARIABLE _no_gloo)
  set(LibTorch_GLOO OFF)
  if(_no_gloo EQUAL 0 AND EXISTS "${LibTorch_INCLUDE_DIR}/torch/csrc/distributed/c10d/ProcessGroupGloo.hpp")
    set(LibTorch_GLOO ON)
  endif()
endif()

set(_libtorch_hint "install Debian's libtorch-dev, or run scripts/get_libtorch.sh")
if(RNNGAN_LIBTORCH)
  set(_libtorch_hint "there is none in ${RNNGAN_LIBTORCH} (RNNGAN_LIBTORCH), scripts/get_libtorch.sh puts one into .libtorch/")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_LIBRARY_DIR LibTorch_INCLUDE_DIR VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "${_libtorch_hint}")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  message(STATUS "LibTorch ${LibTorch_VERSION}: ${LibTorch_LIBRARY_DIR} (${LibTorch_ORIGIN})")
  add_library(LibTorch::c10 SHARED IMPORTED)
  set_target_properties(LibTorch::c10 PROPERTIES IMPORTED_LOCATION "${LibTorch_LIBRARY_DIR}/libc10.so")
  add_library(LibTorch::LibTorch SHARED IMPORTED)
  set_target_properties(LibTorch::LibTorch PROPERTIES
    IMPORTED_LOCATION "${LibTorch_LIBRARY_DIR}/libtorch_cpu.so"
    INTERFACE_LINK_LIBRARIES LibTorch::c10)
  # Newer releases ship their own fmt headers, which would hide those that spdlog and this project are built with.
  if(EXISTS "${LibTorch_INCLUDE_DIR}/fmt")
    find_package(fmt REQUIRED)
    get_target_property(_fmt_include fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
    file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/system_fmt")
    file(CREATE_LINK "${_fmt_include}/fmt" "${CMAKE_CURRENT_BINARY_DIR}/system_fmt/fmt" SYMBOLIC)
    target_include_directories(LibTorch::LibTorch BEFORE INTERFACE "${CMAKE_CURRENT_BINARY_DIR}/system_fmt")
  endif()
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
    "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
  # at::parallel_for is a template: in code compiled without OpenMP it runs on one thread, silently. The runtime is LibTorch's own
  # where it ships one, so that both share one pool of threads.
  find_package(OpenMP REQUIRED COMPONENTS CXX)
  file(GLOB _openmp_runtime "${LibTorch_LIBRARY_DIR}/libgomp*.so*")
  if(NOT _openmp_runtime OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # Clang's code needs Clang's runtime, which serves both
    set(_openmp_runtime OpenMP::OpenMP_CXX)
  endif()
  target_compile_options(LibTorch::LibTorch INTERFACE ${OpenMP_CXX_FLAGS})
  target_link_libraries(LibTorch::LibTorch INTERFACE ${_openmp_runtime})
  # A CUDA build of libtorch_cpu refers to CUDA's own libraries, which the loader finds at run time.
  target_link_options(LibTorch::LibTorch INTERFACE "LINKER:--allow-shlib-undefined")
endif()
